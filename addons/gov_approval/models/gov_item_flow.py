"""The flow of an item version as a picture that is edited in the picture (流程设计)."""

from collections.abc import Mapping

from odoo import api, models
from odoo.exceptions import UserError

from ..kernel import effects, expression, flow_edit, flow_layout, flow_svg, item_json
from ..kernel import form as form_kernel
from ..kernel.clock import UNITS, Period
from ..kernel.errors import KernelError
from ..kernel.flow_check import FAIL, MAX_NODES
from ..kernel.flow_graph import PASSING, Graph, rows
from .condition_words import in_words
from .speech import say, word

#: More paths than this in one picture are no flow.
MAX_EDGES = 3 * MAX_NODES
#: How far before an arrow a handle stands on a path that is shared or has words (pixels).
BEFORE_ARROW = 12


class GovItemVersion(models.Model):
    """What the flow designer asks while one edits; nothing here reads or writes a version."""

    _inherit = "gov.item.version"

    @api.model
    def lay_out_flow(self, flow, about=None):
        """The picture of a flow that is being edited, and what is wrong with it.

        :param dict flow: ``nodes`` and ``edges`` as in the pack
        :param dict about: ``fields`` of the form (``code, label, type, options``), the
            ``promised`` period and the ``direction`` of the picture ("right" or "down")
        :return: ``svg``, ``width``, ``height``; ``nodes`` and ``edges`` with their places;
            ``spots`` where something can be put; ``defects`` in words, by node
        """
        self._check_flow_input(flow, about)
        try:
            return self._see_flow(flow, about or {})
        except KernelError as error:
            raise UserError(say(self.env, error)) from None

    @api.model
    def edit_flow(self, flow, change, about=None):
        """One edit in the picture (``kernel.flow_edit``): the answer of ``lay_out_flow`` with the
        new ``flow`` and the node to ``select``.

        :raises UserError: a sentence that says why not, or what to do instead
        """
        self._check_flow_input(flow, about, change)
        try:
            edited = flow_edit.edit(flow, change, self._name_flow_parts())
            answer = self._see_flow(edited.flow, about or {})
        except KernelError as error:
            raise UserError(say(self.env, error)) from None
        return answer | {"flow": edited.flow, "select": edited.select}

    def _check_flow_input(self, flow, about, change=None):
        """Only who may write versions, and only what could be a flow."""
        self.browse().check_access("write")
        try:
            for value in (flow, about, change):
                item_json.check(value)
            if len(Graph(flow).nodes) > MAX_NODES or len(rows(flow, "edges")) > MAX_EDGES:
                raise KernelError(
                    "flow.too_large", count=len(rows(flow, "nodes")), limit=MAX_NODES
                )
        except KernelError as error:
            raise UserError(say(self.env, error)) from None
        if not isinstance(flow, dict) or not isinstance(about or {}, dict):
            raise UserError(self.env._("This is no flow. Reload the page and edit it again."))

    def _name_flow_parts(self):
        """The first names of new nodes, by kind."""
        return {
            "step": self.env._("New step"),
            "branch": self.env._("Condition?"),
            "split": self.env._("Parallel"),
            "join": self.env._("Together again"),
            "joint_review": self.env._("Joint review"),
            "procedure": self.env._("Special procedure"),
            "start": self.env._("Acceptance"),
            "review": self.env._("Review"),
            "decide": self.env._("Decision"),
            "end": self.env._("Completion"),
        }

    # ------------------------------------------------------------------ the picture

    @api.model
    def _see_flow(self, flow, about):
        fields = {field["code"]: field for field in self._read_flow_fields(about)}
        form = {"fields": list(fields.values())}
        types = form_kernel.types(form)
        graph = Graph(flow)
        captions = {code: self._caption_node(node) for code, node in graph.nodes.items()}
        labels = {
            edge.pair: self._label_edge(edge.condition, types, form)
            for edge in graph.edges
            if edge.condition or edge.default
        }
        drawn = {
            "direction": about.get("direction"),
            "captions": {code: text for code, text in captions.items() if text},
            "labels": labels,
        }
        plan = flow_layout.layout(flow, **drawn)
        return {
            "svg": flow_svg.svg(flow, title=self.env._("Flow chart"), plan=plan, captions=captions),
            "width": plan.width,
            "height": plan.height,
            "nodes": [
                {"code": box.code, "kind": box.kind, "name": graph.name(box.code)}
                | {"x": box.x, "y": box.y, "w": box.width, "h": box.height}
                for box in plan.boxes
            ],
            "edges": [
                {"source": r.source, "target": r.target, "points": r.points} for r in plan.routes
            ],
            "spots": _spots(flow, plan),
            "defects": self._say_flow_defects(flow, about, types),
            "effects": self._describe_effects(),
        }

    @api.model
    def _describe_effects(self):
        """What steps can do on completion, as forms: label, inputs, choices."""
        return [
            {
                "code": effect.code,
                "label": word(self.env, f"effect_{effect.code}"),
                "results": [[code, word(self.env, f"effect_{code}")] for code in effects.RESULTS],
                "params": [
                    {
                        "code": param.code,
                        "type": param.type,
                        "limit": param.limit,
                        "label": word(self.env, f"effect_{param.code}"),
                        "options": [[code, word(self.env, code)] for code in param.options],
                    }
                    for param in effect.params
                ],
            }
            for effect in self._get_effects().values()
        ]

    @api.model
    def _read_flow_fields(self, about):
        """The well-formed fields that conditions may name."""
        found = []
        for field in rows(about, "fields"):
            if isinstance(field.get("code"), str) and isinstance(field.get("type"), str):
                options = [
                    option
                    for option in rows(field, "options")
                    if isinstance(option.get("code"), str)
                ]
                found.append(
                    {
                        "code": field["code"],
                        "type": field["type"],
                        "label": str(field.get("label") or field["code"]),
                        "options": [
                            {"code": o["code"], "label": str(o.get("label") or o["code"])}
                            for o in options
                        ],
                    }
                )
        return found

    @api.model
    def _caption_node(self, node):
        """Who, and within what limit; nothing for a gateway."""
        if str(node.get("kind")) in PASSING:
            return ""
        parts = [word(self.env, str(node["role"]))] if node.get("role") else []
        days = node.get("days")
        if node.get("counts_toward_deadline") is False:
            parts.append(self.env._("not counted"))
        elif isinstance(days, int) and days > 0:
            parts.append(self._say_period({"value": days, "unit": str(node.get("unit") or "")}))
        elif days == 0:
            parts.append(self.env._("at once"))
        return " · ".join(parts)

    @api.model
    def _label_edge(self, condition, types, form):
        if not condition:
            return self.env._("otherwise")
        try:
            expression.parse_condition(condition, types)
        except KernelError:
            return condition
        return in_words(self.env, condition, form)

    @api.model
    def _say_flow_defects(self, flow, about, types):
        promised = about.get("promised")
        value = promised.get("value") if isinstance(promised, Mapping) else None
        unit = promised.get("unit") if isinstance(promised, Mapping) else None
        is_period = type(value) is int and 0 < value < 10_000 and unit in UNITS
        period = Period(value, unit) if is_period else None
        found = [
            (defect, defect.level)
            for defect in flow_edit.defects(flow, promised=period, types=types)
        ]
        found += [(fault, FAIL) for fault in effects.check(flow, self._get_effects())]
        return [
            {"code": one.code, "node": one.node, "level": level, "text": say(self.env, one)}
            for one, level in found
        ]


def _spots(flow, plan):
    """Where something can be put, with a point of the picture for each place."""
    routes = {(route.source, route.target): route for route in plan.routes}
    places = flow_edit.places(flow)
    shared = {pair for place in places if len(place) > 1 for pair in place}
    spots = []
    for place in dict.fromkeys(places):
        if any(pair not in routes for pair in place):
            continue  # a path without one of its ends cannot be drawn
        route = routes[place[0]]
        x, y = _point(route, at_end=len(place) > 1, is_shared=place[0] in shared)
        spots.append({"edges": [list(pair) for pair in place], "x": x, "y": y})
    return spots


def _point(route, *, at_end, is_shared):
    """The middle of the longest piece of a path; where paths meet, shortly before the arrow."""
    pieces = list(zip(route.points, route.points[1:], strict=False))
    if at_end:
        (x, y), (tip_x, tip_y) = pieces[-1]
        length = abs(tip_x - x) + abs(tip_y - y) or 1
        share = min(BEFORE_ARROW / length, 0.5)
        return round(tip_x + (x - tip_x) * share, 1), round(tip_y + (y - tip_y) * share, 1)
    own = pieces[:-1] if is_shared and len(pieces) > 1 else pieces
    (x, y), (to_x, to_y) = max(
        own, key=lambda piece: abs(piece[1][0] - piece[0][0]) + abs(piece[1][1] - piece[0][1])
    )
    share = 0.7 if route.label else 0.5  # behind the words
    if is_shared and len(pieces) == 1:
        share = 0.25  # away from the place where the paths meet
    return round(x + (to_x - x) * share, 1), round(y + (to_y - y) * share, 1)
