"""Fills intake's tables with a province's dossiers, as three years of filing would leave them."""

import random
from collections.abc import Sequence

import asyncpg

from services.intake.names import name_key, stored_keys
from tests.intake.factories import a_calendar, a_procedure, an_agency, tell

DEPARTMENTS, COMMUNES, UNITS = 15, 140, 14
"""With the province itself they are 170 agencies; every unit lies below a department."""
UNITS_OF_EACH = 4
PROCEDURES = 137
OFFICERS_OF_EACH = 12
NAMES = 60_000
"""So many draws that common names come as often as they do among people."""
SECOND_GIVEN = 0.5
DAYS, OPEN_DAYS, OPEN_SHARE = 1_095, 130, 0.8
"""What is open was filed lately: about 95,000 of a million."""

FAMILY = (
    ("Nguyễn", 38), ("Trần", 12), ("Lê", 10), ("Phạm", 7), ("Huỳnh", 5), ("Phan", 5), ("Vũ", 4),
    ("Đặng", 2), ("Bùi", 2), ("Đỗ", 2), ("Hồ", 2), ("Ngô", 1), ("Dương", 1), ("Lý", 1), ("Cao", 1),
)  # fmt: skip
MIDDLE = (
    ("Văn", 26), ("Thị", 30), ("Hữu", 4), ("Đức", 3), ("Minh", 5), ("Thị Thanh", 3), ("Ngọc", 5),
    ("Thị Kim", 3), ("Quốc", 3), ("Thị Ngọc", 3), ("Thành", 3), ("Xuân", 2), ("Hoàng", 3),
    ("Thị Bích", 1), ("Công", 2), ("Thanh", 3), ("", 1),
)  # fmt: skip
# fmt: off
GIVEN = (
    "An", "Anh", "Ánh", "Bảo", "Bé", "Bích", "Bình", "Châu", "Chi", "Chung", "Cường", "Dũng",
    "Dung", "Duy", "Dương", "Đạt", "Đông", "Giang", "Hà", "Hải", "Hạnh", "Hằng", "Hậu", "Hiền",
    "Hiếu", "Hoa", "Hòa", "Hoàng", "Hồng", "Huệ", "Hùng", "Huy", "Hưng", "Hương", "Khánh", "Khoa",
    "Kiệt", "Lan", "Liên", "Linh", "Loan", "Long", "Lộc", "Lợi", "Mai", "Mạnh", "Minh", "My", "Nam",
    "Nga", "Ngân", "Nghĩa", "Ngọc", "Nhân", "Nhung", "Như", "Oanh", "Phong", "Phúc", "Phương",
    "Phượng", "Quang", "Quân", "Quốc", "Quý", "Quyên", "Sơn", "Tài", "Tâm", "Tân", "Thảo", "Thành",
    "Thắng", "Thịnh", "Thu", "Thúy", "Thủy", "Thương", "Tiến", "Toàn", "Trang", "Trí", "Trinh",
    "Trung", "Trường", "Tú", "Tuấn", "Tùng", "Tuyết", "Tư", "Uyên", "Vân", "Việt", "Vinh", "Xuân",
)
# fmt: on

PEOPLE = "create temporary table drawn (number int primary key, name text, key text, keys text[])"
# A life's moments hang on its day; the newest are still open. Departments and communes low in
# number have the most, as towns do, and few procedures make most of the work.
DOSSIERS = """
insert into dossier (id, code, sequence, status, procedure, procedure_version, field, case_id,
    channel, way_of_return, receiving_agency, competent_agency, support_agency, filed_at,
    accepted_at, counts_from, limit_row, limit_value, limit_unit, calendar, calendar_version,
    due_at, resolved_at, returned_at, ended_at, outcome, paused_for, paused_at, steps)
select uuidv7(l.filed_at - clock_timestamp()), l.agency || '-' || to_char(l.filed_at, 'YYMMDD')
        || '-' || lpad(l.n::text, 7, '0'), 5, l.status, l.procedure, 1, 'Lĩnh vực', 'c01',
    l.channel, 'counter', l.received, l.agency, l.support, l.filed_at,
    l.filed_at + interval '1 hour', l.filed_at + interval '1 hour', 'direct', 10, 'working_day',
    'VN-HANH-CHINH', 1, l.filed_at + l.days * interval '1 day',
    case when l.status > 8 then l.ended_at end, case when l.status = 10 then l.ended_at end,
    case when l.status > 8 then l.ended_at end, case when l.status > 8 then 'approved' end,
    case l.status when 5 then 'supplement' end,
    case l.status when 5 then l.filed_at + interval '2 days' end, 1
from (
    select g.*, g.filed_at + least(g.days, 9) * interval '1 day' as ended_at,
        case when g.open then (array[4, 4, 4, 4, 2, 2, 2, 1, 5, 9])[1 + floor(random() * 10)]
             else 10 end as status,
        case when random() < 0.05 then g.other else g.agency end as received,
        case when random() < 0.01 then g.other end as support,
        (array['counter', 'counter', 'online_full', 'online_partial', 'postal'])
            [1 + floor(random() * 5)] as channel
    from (
        select n, m.filed_at,
            a.every[1 + floor(power(random(), 1.4) * cardinality(a.every))::int] as agency,
            a.every[1 + floor(random() * cardinality(a.every))::int] as other,
            p.every[1 + floor(power(random(), 2.5) * cardinality(p.every))::int] as procedure,
            1 + floor(random() * 30)::int as days,
            m.filed_at > $1 - $3::int * interval '1 day' and random() < $4::float as open
        from generate_series(1, $5::int) n
        cross join lateral
            (select $1::timestamptz - n * ($2::int * interval '1 day' / $5) as filed_at) m
        cross join (select $6::text[] as every) a
        cross join (select $7::text[] as every) p
    ) g
) l
"""
# Sealing a million people would take longer than all the rest; what is sealed no list reads.
OWNERS = """
insert into party (dossier_id, role, kind, name, name_key, keys, agency, filed_at, sealed, key_id,
    identity_hash, phone_hash)
select d.id, 'owner', 'citizen', p.name, p.key, p.keys, d.competent_agency, d.filed_at,
    decode(repeat('5a', 120), 'hex'), 'k1', sha256(d.person::text::bytea),
    sha256(('0' || d.person)::bytea)
from (select id, competent_agency, filed_at, floor(random() * 600000)::int as person from dossier) d
join drawn p on p.number = d.person % $1::int
"""
ASSIGNMENTS = """
insert into assignment (dossier_id, step, name, agency, unit, officer, from_unit, from_officer,
    given_at, confirmed_at, due_at)
select d.id, '', null, d.competent_agency, 'Tư pháp',
    'officer-' || d.competent_agency || '-' || floor(power(random(), 2) * $1::int)::int, null, null,
    d.accepted_at, case when random() < 0.9 then d.accepted_at end, d.due_at - interval '1 day'
from dossier d where d.status in (2, 4, 5)
"""
TABLES = ("dossier", "party", "assignment")
SECONDARY = """
select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
from pg_index i where i.indrelid = any($1::regclass[]) and not i.indisprimary
"""


def agencies() -> list[str]:
    """Every agency of the province below it: communes first, then departments and their units."""
    departments = [f"H20.{number:02}" for number in range(1, DEPARTMENTS + 1)]
    units = [
        f"{department}.{number:02}"
        for department in departments
        for number in range(1, UNITS_OF_EACH + 1)
    ]
    communes = [f"H20.{100 + number}" for number in range(COMMUNES)]
    return [*communes, *departments, *units[:UNITS]]


def department_of_five() -> str:
    """A department with four units: an officer of it may look into five agencies."""
    return "H20.01"


def officer_of(agency: str) -> str:
    """The officer of an agency who has the most on the desk."""
    return f"officer-{agency}-0"


async def fill(url: str, count: int) -> None:
    """Bring in the catalogue and so many dossiers with owners and open steps."""
    procedures = [f"1.{number:06}" for number in range(1, PROCEDURES + 1)]
    await tell(
        url,
        [
            a_calendar(),
            *(an_agency(code) for code in ("H20", *agencies())),
            *(a_procedure(code) for code in procedures),
        ],
    )
    connection = await asyncpg.connect(url)
    try:
        # Indexes over what is already there are built many times as fast.
        secondary = await connection.fetch(SECONDARY, list(TABLES))
        for index in secondary:
            await connection.execute(f"drop index {index['name']}")
        await _write(connection, count, procedures)
        await connection.execute("set maintenance_work_mem = '512MB'")
        for index in secondary:
            await connection.execute(index["definition"])
        for table in TABLES:
            await connection.execute(f"vacuum analyze {table}")
    finally:
        await connection.close()


async def _write(connection: asyncpg.Connection, count: int, procedures: Sequence[str]) -> None:
    now = await connection.fetchval("select date_trunc('minute', now())")
    await connection.execute("select setseed(0.5)")
    await connection.execute(
        DOSSIERS, now, DAYS, OPEN_DAYS, OPEN_SHARE, count, agencies(), list(procedures)
    )
    await connection.execute(PEOPLE)
    drawn = [(number, name, *_keys(name)) for number, name in enumerate(names())]
    await connection.copy_records_to_table("drawn", records=drawn)
    await connection.execute(OWNERS, NAMES)
    await connection.execute(ASSIGNMENTS, OFFICERS_OF_EACH)


def _keys(name: str) -> tuple[str, list[str]]:
    key = name_key(name)
    return key, stored_keys(key)


def names() -> list[str]:
    """Full names as often as people bear them, the half of four syllables; the same each time."""
    chance = random.Random(7)
    return [_name(chance) for _ in range(NAMES)]


def _name(chance: random.Random) -> str:
    family, middle = (chance.choices(*zip(*kind, strict=True))[0] for kind in (FAMILY, MIDDLE))
    second = chance.choice(GIVEN) if chance.random() < SECOND_GIVEN else ""
    return " ".join(f"{family} {middle} {second} {chance.choice(GIVEN)}".split())
