"""Tells whether a record has the parts that the law makes mandatory."""

from enum import StrEnum

from services.procedures.records import UNNAMED, ProcedureRecord


class MandatoryPart(StrEnum):
    """A part that no procedure may lack (Decree 63/2010/NĐ-CP, Article 8(2), letters a to g)."""

    NAME = "name"
    STEPS = "steps"
    WAYS = "ways"
    COMPONENTS = "components"
    LIMIT = "limit"
    SUBJECTS = "subjects"
    AGENCY = "agency"

    @property
    def label(self) -> str:
        """The part as the decree names it."""
        return _LABELS[self]


_LABELS = {
    MandatoryPart.NAME: "tên thủ tục",
    MandatoryPart.STEPS: "trình tự thực hiện",
    MandatoryPart.WAYS: "cách thức thực hiện",
    MandatoryPart.COMPONENTS: "thành phần, số lượng hồ sơ",
    MandatoryPart.LIMIT: "thời hạn giải quyết",
    MandatoryPart.SUBJECTS: "đối tượng thực hiện",
    MandatoryPart.AGENCY: "cơ quan thực hiện",
}


def missing_parts(record: ProcedureRecord) -> tuple[MandatoryPart, ...]:
    """The mandatory parts that the record lacks, in the decree's order; none means full content.

    Every way of filing must tell its limit, unless the result is due the same day.
    """
    papers = [paper for group in record.groups for paper in group.components if not paper.is_note]
    has = {
        MandatoryPart.NAME: record.name != UNNAMED,
        MandatoryPart.STEPS: any(step != UNNAMED for part in record.steps for step in part.steps),
        MandatoryPart.WAYS: bool(record.methods),
        MandatoryPart.COMPONENTS: bool(papers) and record.dossier_sets is not None,
        MandatoryPart.LIMIT: record.same_day
        or (bool(record.methods) and all(row.limit for row in record.methods)),
        MandatoryPart.SUBJECTS: bool(record.subjects),
        MandatoryPart.AGENCY: bool(record.performing_agencies or record.competent_agency),
    }
    return tuple(part for part, there in has.items() if not there)
