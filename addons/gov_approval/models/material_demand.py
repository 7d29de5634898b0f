"""Which materials of an item an applicant has to hand in, or may promise (申请材料, 承诺)."""

#: Forms of a material that rest on the applicant's word.
DEFERRED, COMMITMENT = PROMISES = (
    "deferred",  # 容缺: the paper follows
    "commitment",  # 告知承诺: the promise stands for the paper
)


def is_commitment_based(definition) -> bool:
    """Whether the item is decided on the applicant's promise (告知承诺制, `domain.md` 6.7)."""
    return definition["guide"].get("commitment_based") == "yes"


def demanded_materials(definition) -> list:
    """The materials as they are asked for: under the commitment procedure, the promise or the
    paper itself is demanded."""
    if not is_commitment_based(definition):
        return definition["materials"]
    return [
        dict(spec, required="always") if spec["required"] == COMMITMENT else spec
        for spec in definition["materials"]
    ]


def promisable_materials(definition) -> dict:
    """What may be promised instead of handed in: ``{code: form of the promise}``.

    Deferred are only materials marked so, of items that allow it, and never one that need not
    come at all (容缺受理, `domain.md` 6.6).
    """
    allows_deferral = definition.get("allows_deferral", True)
    found = {}
    for spec in definition["materials"]:
        if spec["required"] == COMMITMENT:
            if is_commitment_based(definition):
                found[spec["code"]] = COMMITMENT
        elif spec["required"] == "always" and spec["is_deferrable"] and allows_deferral:
            found[spec["code"]] = DEFERRED
    return found
