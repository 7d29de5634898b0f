"""Documented defaults for what a published guide does not say, so that it can be tried to its end.

Every default stands as a fact of kind ``default`` under the version, with its place and reason:
nobody can take it for what the source says.  A centre fills these in by hand before publishing.
"""

#: Field of the version -> value, where the guide is silent (Art. 30).
GUIDE = {
    "place": "政务服务中心综合窗口",
    "service_hours": "工作日 9:00-17:00",
    "consult_phone": "12345",
    "complaint_phone": "12345",
    "quantity_limit": "无",
    "is_fee_charged": "no",
    "channels": "window,online",
    "delivery": "window",
    "result_type": "other",
    "objects": "person,enterprise",
    "item_kind": "promised",
    "statutory_value": 20,
    "promised_value": 10,
}
ITEM = {"power_type": "10", "exercise_level": "4"}
#: The four steps of `domain.md` 2.2, where the steps of the source cannot be run as they stand.
FLOW = (
    ("accept", "受理", "start", "intake", "window_clerk"),
    ("review", "审查", "task", "review", "reviewer"),
    ("decide", "决定", "task", "decide", "representative"),
    ("deliver", "送达", "end", "close", "window_clerk"),
)
SERVICE = {
    "code": "conformance",
    "name": "材料列明的中介服务",
    "basis": "《中华人民共和国行政许可法》",
    "provider_requirement": "具备相应资质的机构",
    "commissioned_by": "applicant",
}
REASON = "The source does not say; conformance default."


def fill(version):
    """Fill in what keeps ``version`` from being published; the codes of what was filled."""
    filled = []
    for _round in range(4):
        failed = [check for check in version._get_checks() if check["level"] == "fail"]
        if not failed:
            break
        for code in dict.fromkeys(_sort(check["code"]) for check in failed):
            filled += _FILL.get(code, _nothing)(version)
    return filled


def _sort(code):
    return "flow" if code.startswith("flow.") else code.removeprefix("publish.")


def _nothing(version):
    return []


def _note(version, path, value):
    version.env["gov.item.fact"].create(
        {
            "version_id": version.id,
            "kind": "default",
            "path": path,
            "value": str(value),
            "reason": REASON,
        }
    )
    return [path]


def _guide(version):
    notes = []
    for record, defaults, prefix in ((version, GUIDE, "version"), (version.item_id, ITEM, "item")):
        for name, value in defaults.items():
            if not record[name]:
                record[name] = value
                notes += _note(version, f"{prefix}.{name}", value)
    if version.visits < 0:
        version.visits = 0
        notes += _note(version, "version.visits", 0)
    if not version.condition_ids:
        text = "符合设定依据规定的条件"
        version.condition_ids = [(0, 0, {"text": text})]
        notes += _note(version, "condition_ids", text)
    if not version.material_ids:
        row = {"code": "application", "name": "申请书", "required": "always", "basis": "申请书"}
        version.material_ids = [(0, 0, row)]
        notes += _note(version, "material_ids", row["name"])
    return notes


def _basis(version):
    title = "《中华人民共和国行政许可法》"
    version.basis_ids = [(0, 0, {"code": "default", "title": title})]
    return _note(version, "basis_ids", title)


def _promise(version):
    """A promise longer than the law is cut to the law."""
    vals = {"promised_value": version.statutory_value, "promised_unit": version.statutory_unit}
    version.write(vals)
    return _note(version, "version.promised_value", vals["promised_value"])


def _materials(version):
    for material in version.material_ids.filtered(lambda m: not m.required):
        material.required = "always"
    return _note(version, "material_ids.required", "always")


def _fees(version):
    """Fees follow from the fee list of the finance module; here the item is tried without."""
    version.fee_ids.unlink()
    version.is_fee_charged = "no"
    return _note(version, "fee_ids", "no")


def _flow(version):
    version.edge_ids.unlink()
    version.node_ids.unlink()
    version.node_ids = [
        (0, 0, dict(zip(("code", "name", "kind", "stage", "role"), row, strict=True), sequence=n))
        for n, row in enumerate(FLOW)
    ]
    version.edge_ids = [
        (0, 0, {"source": a[0], "target": b[0]}) for a, b in zip(FLOW, FLOW[1:], strict=False)
    ]
    return _note(version, "node_ids", "受理、审查、决定、送达")


def _service(version):
    """A service of the catalogue, made for the trial, for materials that come from one."""
    Service = version.env["gov.intermediary.service"]
    service = Service.search([("code", "=", SERVICE["code"])]) or Service.create(SERVICE)
    if service.state != "listed":
        service.action_list()
    served = version.intermediary_ids.mapped("material")
    notes = []
    for material in version.material_ids:
        if material.source == "intermediary" and material.code not in served:
            row = {"service": service.code, "material": material.code}
            version.intermediary_ids = [(0, 0, row)]
            notes += _note(version, f"intermediary_ids.{material.code}", service.code)
    return notes


_FILL = {
    "guide_incomplete": _guide,
    "period_missing": _guide,
    "no_basis": _basis,
    "promise_too_long": _promise,
    "material_need_unknown": _materials,
    "fee_without_line": _fees,
    "fee_line_though_free": _fees,
    "fee_without_basis": _fees,
    "fee_off_list": _fees,
    "flow": _flow,
    "intermediary.material_without_service": _service,
}
