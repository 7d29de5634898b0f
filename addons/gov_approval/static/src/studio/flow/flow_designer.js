import {
    Component,
    markRaw,
    markup,
    onMounted,
    onWillUnmount,
    onWillUpdateProps,
    toRaw,
    useRef,
    useState,
} from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";
import { FlowPanel } from "./flow_panel";

/** A change of words is drawn this long after it. */
const DRAW_AFTER_MS = 120;
/** Below this width the flow runs from top to bottom. */
const NARROW_PX = 860;
const EMPTY = { svg: "", width: 0, height: 0, nodes: [], edges: [], spots: [], defects: [], effects: [] };
const ARROWS = {
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
};

/**
 * The flow designer (流程设计): the flow as a picture that is edited in the picture. `value` is the
 * flow of the pack, `{nodes, edges}`; `onChange` gets the flow after each edit. What an edit does
 * to the structure, and where everything stands, is decided by the server; nothing is stored by it.
 */
export class FlowDesigner extends Component {
    static template = "gov_approval.FlowDesigner";
    static components = { Dropdown, DropdownItem, FlowPanel };
    static props = {
        value: Object,
        words: Object,
        fields: Array,
        promised: { type: Object, optional: true },
        isReadonly: { type: Boolean, optional: true },
        focus: { type: Object, optional: true },
        onChange: Function,
    };
    static defaultProps = { isReadonly: false, focus: {} };

    setup() {
        this.orm = useService("orm");
        this.canvas = useRef("canvas");
        this.panel = useRef("panel");
        this.state = useState({
            picture: markRaw(EMPTY),
            selected: this.props.focus.step || "",
            path: "",
            refusal: "",
            isBusy: false,
            direction: "down",
            dragged: "",
        });
        this.turn = 0;
        this.edit = this.edit.bind(this);
        this.replaceNode = this.replaceNode.bind(this);
        this.replaceEdges = this.replaceEdges.bind(this);
        onMounted(() => {
            this.state.direction = this.canvas.el.clientWidth < NARROW_PX ? "down" : "right";
            this.draw();
        });
        onWillUpdateProps((next) => this.receive(next));
        onWillUnmount(() => clearTimeout(this.timer));
    }

    get kinds() {
        return [
            { what: "step", icon: "fa-square-o", label: _t("Step") },
            { what: "branch", icon: "fa-code-fork", label: _t("Branch by a condition") },
            { what: "parallel", icon: "fa-columns", label: _t("Parallel group") },
            { what: "joint_review", icon: "fa-users", label: _t("Joint review") },
            { what: "procedure", icon: "fa-search", label: _t("Special procedure") },
        ];
    }

    // ------------------------------------------------------------------ drawing

    receive(next) {
        if (next.focus !== this.props.focus && next.focus.step) {
            this.state.selected = next.focus.step;
        }
        const isDrawn = toRaw(next.value) === this.drawn && next.fields === this.props.fields;
        if (!isDrawn) {
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.draw(), DRAW_AFTER_MS);
        }
    }

    get about() {
        const fields = this.props.fields.map(({ code, label, type, options }) => ({
            code,
            label,
            type,
            options: options || [],
        }));
        return { fields, promised: this.props.promised, direction: this.state.direction };
    }

    /** Draw the flow as it is now; an answer that comes late gives way to the next. */
    async draw() {
        const turn = ++this.turn;
        const value = toRaw(this.props.value);
        try {
            const picture = await this.orm.silent.call("gov.item.version", "lay_out_flow", [
                value,
                this.about,
            ]);
            if (turn === this.turn) {
                this.drawn = value;
                this.state.picture = markRaw(picture);
            }
        } catch (error) {
            this.refuse(error);
        }
    }

    refuse(error) {
        if (!(error instanceof RPCError)) {
            this.state.refusal = _t("No connection. Try again.");
            return;
        }
        this.state.refusal = error.data?.message || error.message;
    }

    turnPicture() {
        this.state.direction = this.state.direction === "down" ? "right" : "down";
        this.draw();
    }

    get svg() {
        return markup(this.state.picture.svg); // drawn by our kernel, every text in it escaped
    }

    place(node) {
        return `left:${node.x}px;top:${node.y}px;width:${node.w}px;height:${node.h}px`;
    }

    defectsOf(code) {
        return this.state.picture.defects.filter((defect) => defect.node === code);
    }

    /** The mark at a node: the worst of its defects, with all sentences. */
    markOf(code) {
        const found = this.defectsOf(code);
        const isFail = found.some((defect) => defect.level === "fail");
        return found.length && { isFail, text: found.map((defect) => defect.text).join("\n") };
    }

    get selectable() {
        const gates = this.props.value.nodes.filter((node) => node.kind === "decision");
        const codes = new Set(gates.map((node) => node.code));
        return this.state.picture.edges.filter((edge) => codes.has(edge.source));
    }

    points(edge) {
        return edge.points.map((point) => point.join(",")).join(" ");
    }

    // ---------------------------------------------------------------- selecting

    get chosen() {
        return this.props.value.nodes.find((node) => node.code === this.state.selected);
    }

    select(code, path = "") {
        Object.assign(this.state, { selected: code, path, refusal: "" });
    }

    focusNode(code) {
        this.canvas.el?.querySelector(`[data-node="${CSS.escape(code)}"]`)?.focus();
    }

    /** The nearest node in the direction of the arrow. */
    neighbour([dx, dy]) {
        const middle = (box) => [box.x + box.w / 2, box.y + box.h / 2];
        const boxes = this.state.picture.nodes;
        const here = boxes.find((box) => box.code === this.state.selected);
        if (!here) {
            return boxes[0]?.code;
        }
        const [x, y] = middle(here);
        let best;
        for (const box of boxes) {
            const [toX, toY] = middle(box);
            const along = (toX - x) * dx + (toY - y) * dy;
            const aside = Math.abs((toX - x) * dy) + Math.abs((toY - y) * dx);
            const far = along + 2 * aside;
            if (along > 4 && (!best || far < best.far)) {
                best = { code: box.code, far };
            }
        }
        return best?.code;
    }

    onKeydown(ev) {
        if (ev.target.closest(".o_gov_flow_spot") || ev.ctrlKey || ev.metaKey) {
            return;
        }
        const arrow = ARROWS[ev.key];
        const acts = {
            Enter: () => this.panel.el?.querySelector("input, select, textarea")?.focus(),
            Delete: () => this.edit({ do: "remove", node: this.state.selected }),
            Insert: () => this.openMenu(this.state.selected),
            Escape: () => this.select(""),
        };
        if (arrow && ev.altKey) {
            this.edit({ do: "move", node: this.state.selected, by: arrow[0] + arrow[1] });
        } else if (arrow) {
            const code = this.neighbour(arrow);
            if (code) {
                this.select(code);
                this.focusNode(code);
            }
        } else if (acts[ev.key]) {
            acts[ev.key]();
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    openMenu(code) {
        const index = this.state.picture.spots.findIndex((spot) => spot.edges[0][0] === code);
        this.canvas.el.querySelector(`[data-spot="${index}"]`)?.click();
    }

    // ------------------------------------------------------------------ editing

    insert(spot, what) {
        return this.edit({ do: "insert", edges: spot.edges, what });
    }

    /** One edit of the structure; the next one waits until it is done. */
    edit(change) {
        if (this.props.isReadonly) {
            return;
        }
        this.queue = (this.queue || Promise.resolve()).then(() => this.send(change));
        return this.queue;
    }

    async send(change) {
        this.state.isBusy = true;
        this.state.refusal = "";
        const turn = ++this.turn;
        try {
            const { flow, select, ...picture } = await this.orm.silent.call(
                "gov.item.version",
                "edit_flow",
                [toRaw(this.props.value), change, this.about]
            );
            if (turn !== this.turn) {
                return await this.send(change); // the flow was changed meanwhile
            }
            this.drawn = flow;
            this.state.picture = markRaw(picture);
            this.select(select || "");
            this.props.onChange(flow);
            setTimeout(() => this.focusNode(select));
        } catch (error) {
            this.refuse(error);
        } finally {
            this.state.isBusy = false;
        }
    }

    replaceNode(row) {
        const { nodes, edges } = toRaw(this.props.value);
        const changed = nodes.map((node) => (node.code === row.code ? row : node));
        this.props.onChange({ nodes: changed, edges });
    }

    replaceEdges(edges) {
        this.props.onChange({ nodes: toRaw(this.props.value).nodes, edges });
    }

    // ----------------------------------------------------------------- dragging

    isMovable(node) {
        return !this.props.isReadonly && ["task", "procedure", "joint_review"].includes(node.kind);
    }

    onDragstart(ev, node) {
        this.state.dragged = node.code;
        ev.dataTransfer.effectAllowed = "move";
        ev.dataTransfer.setData("text/plain", node.name);
    }

    onDragover(ev) {
        if (this.state.dragged) {
            ev.preventDefault();
            ev.dataTransfer.dropEffect = "move";
        }
    }

    onDrop(ev, spot) {
        ev.preventDefault();
        const node = this.state.dragged;
        this.state.dragged = "";
        if (node) {
            this.edit({ do: "place", node, edges: spot.edges });
        }
    }
}
