"""The one statement that files a dossier: code, rows, fact and kept answer, all or nothing."""

# The lock is the kernel's own for idempotency keys. Everything hangs on `held`, so that a key in
# flight writes nothing and answers no code. The daily sequence's row is locked no longer than
# this one statement and its commit take.
_HELD = """
with held as materialized (
    select $2::text is null
        or pg_try_advisory_xact_lock(hashtextextended($1::text || '/' || $2::text, 0)) as free
),
"""

# An order has four digits (`codes.DIGITS_MIN`) and widens past 9999.
_NEXT_CODE = """
taken as (
    insert into code_sequence as s (agency, day, last)
    select $3::text, $4::date, $6::int from held where free
    on conflict (agency, day) do update set last = s.last + excluded.last
    returning last
),
named as (select $5::text || lpad(last::text, greatest(4, length(last::text)), '0') as code
    from taken),
"""

# A code that the portal gave is kept; where it could be one of ours, ours go on behind it.
_GIVEN_CODE = """
named as (select $5::text as code from held where free),
behind as (
    insert into code_sequence as s (agency, day, last)
    select $3::text, $4::date, $6::int from named where $6::int is not null
    on conflict (agency, day) do update set last = greatest(s.last, excluded.last)
),
"""

_ROWS = """
filed as (
    insert into dossier (id, code, sequence, status, procedure, procedure_version, field, case_id,
        channel, way_of_return, receiving_agency, competent_agency, support_agency, filed_at,
        national_code, note)
    select $7::uuid, code, 1, 1, $8::text, $9::int, $10::text, $11::text, $12::text, $13::text,
        $14::text, $15::text, $16::text, $17::timestamptz, $18::boolean, $19::text
    from named
    returning code
),
people as (
    insert into party (dossier_id, role, kind, name, name_key, keys, agency, filed_at, sealed,
        key_id, identity_hash, phone_hash)
    select $7::uuid, p.role, p.kind, p.name, p.name_key, string_to_array(p.keys, ' '), $15::text,
        $17::timestamptz, p.sealed, $20::text, p.identity_hash, p.phone_hash
    from named, unnest($21::text[], $22::text[], $23::text[], $24::text[], $25::text[],
                       $26::bytea[], $27::bytea[], $28::bytea[])
        as p(role, kind, name, name_key, keys, sealed, identity_hash, phone_hash)
),
handed_in as (
    insert into paper (dossier_id, component, supplement, originals, copies, originals_held)
    select $7::uuid, p.component, 0, p.originals, p.copies, p.held
    from named, unnest($29::text[], $30::int[], $31::int[], $32::int[])
        as p(component, originals, copies, held)
),
logged as (
    insert into transition (dossier_id, number, action, status_before, status_after, actor,
        happened_at)
    select $7::uuid, 1, 'file', null, 1, $1::text, $33::timestamptz from named
),
told as (
    insert into outbox (id, subject, body)
    select $34::uuid, $35::text, convert_to(replace($36::text, $37::text, code), 'UTF8') from named
),
"""

# Only where a form was filled in: nobody else is to wait for a table that stays as it is.
_FILLED_IN = """
filled_in as (
    insert into filled_form (dossier_id, procedure_version, sealed, key_id)
    select $7::uuid, $9::int, $41::bytea, $20::text from named
),
"""

_KEPT = """
kept as (
    insert into idempotency (client, key, request_hash, status, body, headers)
    select $1::text, $2::text, $38::bytea, 201,
        convert_to(replace($39::text, $37::text, code), 'UTF8'),
        replace($40::text, $37::text, code)
    from named where $2::text is not null
)
select code from filed
"""

WITH_NEXT_CODE = _HELD + _NEXT_CODE + _ROWS + _KEPT
WITH_GIVEN_CODE = _HELD + _GIVEN_CODE + _ROWS + _KEPT
AND_FORM = {
    WITH_NEXT_CODE: _HELD + _NEXT_CODE + _ROWS + _FILLED_IN + _KEPT,
    WITH_GIVEN_CODE: _HELD + _GIVEN_CODE + _ROWS + _FILLED_IN + _KEPT,
}
"""The same for a filing that brings a form, which is its last argument."""
