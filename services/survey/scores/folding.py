"""Folds answers into counts: one text for the slip that comes and for the recount of them all."""

from typing import Final

KEY: Final = "agency, procedure, field, channel, timeliness, month, instrument, instrument_version"

_SLIP = """
    with slip as (
        select agency, procedure, field, channel,
               case when late then 'late' when not late then 'on_time' else 'unknown' end
                   as timeliness,
               month, instrument, instrument_version, choices
        from answer where {which}
    )
"""
_SLIPS = f"{_SLIP} select {KEY}, count(*)::int as slips from slip group by {KEY} order by {KEY}"  # noqa: S608 (only constants)
_QUESTIONS = f"""
    {_SLIP}
    select {KEY}, c.key as question, count(*)::int as answers,
           coalesce(sum(c.value::numeric) filter (where jsonb_typeof(c.value) = 'number'), 0)
               as total
    from slip, jsonb_each(choices) as c group by {KEY}, c.key
"""  # noqa: S608 (only constants)
_OPTIONS = f"""
    {_SLIP}
    select {KEY}, c.key as question, chosen.option, count(*)::int as answers
    from slip, jsonb_each(choices) as c,
         jsonb_array_elements_text(
             case jsonb_typeof(c.value)
                 when 'array' then c.value
                 when 'string' then jsonb_build_array(c.value)
                 else '[]'::jsonb
             end) as chosen (option)
    group by {KEY}, c.key, chosen.option
"""  # noqa: S608 (only constants)


def folded(which: str) -> dict[str, str]:
    """The rows of each table of counts as the answers of a condition make them, by table."""
    return {
        "score": _SLIPS.format(which=which),
        "score_question": _QUESTIONS.format(which=which),
        "score_option": _OPTIONS.format(which=which),
    }
