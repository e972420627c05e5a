"""A catalogue of a nation's size, varied from the seed's procedures."""

import random

import asyncpg
import orjson

from services.procedures.search.columns import search_keys

OPENINGS = (
    "Cấp lại", "Gia hạn", "Điều chỉnh", "Thu hồi", "Xác nhận", "Công nhận", "Thẩm định",
    "Phê duyệt", "Đề nghị", "Thông báo", "Bổ sung", "Chấm dứt",
)  # fmt: skip
TAILS = (
    "đối với cá nhân", "đối với tổ chức", "có yếu tố nước ngoài", "tại khu kinh tế",
    "thuộc thẩm quyền của Bộ", "thuộc thẩm quyền cấp tỉnh", "trong khu công nghiệp",
    "theo hợp đồng", "lần đầu", "do bị mất hoặc hư hỏng", "theo ủy quyền", "tại nước sở tại",
)  # fmt: skip

COPIES = """
insert into procedure_version
select fresh.*
  from unnest($1::text[], $2::jsonb[]) as given (seed, changed)
  join procedure_version v on v.code = given.seed
 cross join lateral jsonb_populate_record(v, given.changed) as fresh
"""


async def enlarge(url: str, count: int) -> None:
    """Publish so many more procedures: each is a seed's one with another code and longer name."""
    connection = await asyncpg.connect(url)
    try:
        seeds = await connection.fetch("select code, name, field from procedure_version")
        chance = random.Random(5)
        rows = [_varied(chance, chance.choice(seeds), number) for number in range(count)]
        async with connection.transaction():
            await connection.executemany(
                "insert into procedure (code) values ($1)", [(row["code"],) for _, row in rows]
            )
            changed = [orjson.dumps(row).decode() for _, row in rows]
            await connection.execute(COPIES, [seed for seed, _ in rows], changed)
        await connection.execute("vacuum analyze procedure_version")
    finally:
        await connection.close()


def _varied(chance: random.Random, seed: asyncpg.Record, number: int) -> tuple[str, dict[str, str]]:
    code = f"{chance.choice((1, 2, 3))}.{500_000 + number}"
    whole = seed["name"].removeprefix("Thủ tục ")
    name = f"{chance.choice(OPENINGS)} {whole} {chance.choice(TAILS)}"
    return seed["code"], {"code": code, "name": name} | search_keys(code, name, seed["field"], "")
