import { Component, toRaw } from "@odoo/owl";
import { ConditionEditor } from "../condition/condition_editor";

const RESTING = ["start", "task", "joint_review", "procedure", "end"];
/** The stages between which a task can choose; those of other kinds are fixed. */
const TASK_STAGES = ["first_review", "review", "decide"];
const JOINT = { rule: "all", quorum: 0, departments: [], silence: "wait" };

let lastPanel = 0;

/** What one step of the flow says (环节属性), and the paths behind a branch. */
export class FlowPanel extends Component {
    static template = "gov_approval.FlowPanel";
    static components = { ConditionEditor };
    static props = {
        node: Object,
        flow: Object,
        path: String,
        words: Object,
        fields: Array,
        defects: Array,
        effects: Array,
        isReadonly: Boolean,
        edit: Function,
        replaceNode: Function,
        replaceEdges: Function,
    };

    setup() {
        this.id = `gov_flow_panel_${++lastPanel}`;
    }

    get isStep() {
        return RESTING.includes(this.props.node.kind);
    }

    get isGate() {
        return ["decision", "split", "join"].includes(this.props.node.kind);
    }

    /** Acceptance and completion keep their place. */
    get isMovable() {
        return !["start", "end"].includes(this.props.node.kind);
    }

    get kindLabel() {
        const { words, node } = this.props;
        return words.node_kinds.find(([code]) => code === node.kind)?.[1] || node.kind;
    }

    get stages() {
        return this.props.words.stages.filter(([code]) => TASK_STAGES.includes(code));
    }

    get joint() {
        return { ...JOINT, ...this.props.node.joint };
    }

    set(key, value) {
        if (this.props.node[key] !== value) {
            this.props.replaceNode({ ...toRaw(this.props.node), [key]: value });
        }
    }

    /** A limit not stated is -1 in the pack. */
    setDays(text) {
        const days = Number.parseInt(text, 10);
        this.set("days", Number.isFinite(days) && days >= 0 ? days : -1);
    }

    setStage(stage) {
        const fourEyes = stage === "decide" ? true : this.props.node.four_eyes;
        this.props.replaceNode({ ...toRaw(this.props.node), stage, four_eyes: fourEyes });
    }

    setJoint(key, value) {
        this.set("joint", { ...this.joint, [key]: value });
    }

    tickDepartment(code, isTicked) {
        const others = this.joint.departments.filter((one) => one !== code);
        this.setJoint("departments", isTicked ? [...others, code] : others);
    }

    // ------------------------------------------------------------------ effects

    /** What the step does on completion, each row with the form of its kind. */
    get done() {
        return (this.props.node.effects || []).map((row) => ({
            row,
            form: this.props.effects.find((one) => one.code === row.effect),
        }));
    }

    addEffect(code) {
        const form = this.props.effects.find((one) => one.code === code);
        const row = { effect: code, on: form.results[0][0] };
        for (const param of form.params) {
            row[param.code] = param.options[0]?.[0] || "";
        }
        this.setEffects([...this.effects, row]);
    }

    setEffect(index, key, value) {
        this.setEffects(
            this.effects.map((row, at) => (at === index ? { ...row, [key]: value } : row))
        );
    }

    removeEffect(index) {
        this.setEffects(this.effects.filter((_row, at) => at !== index));
    }

    get effects() {
        return toRaw(this.props.node).effects || [];
    }

    setEffects(effects) {
        this.set("effects", effects);
    }

    // -------------------------------------------------------------------- paths

    get paths() {
        return this.props.flow.edges.filter((edge) => edge.source === this.props.node.code);
    }

    nameOf(code) {
        return this.props.flow.nodes.find((node) => node.code === code)?.name || code;
    }

    /** Where a path may lead to: any step but the first, and not back to the branch itself. */
    get targets() {
        const { flow, node } = this.props;
        return flow.nodes.filter((other) => other.kind !== "start" && other !== node);
    }

    setCondition(edge, condition) {
        const raw = toRaw(this.props.flow.edges);
        this.props.replaceEdges(
            raw.map((one) => (one === toRaw(edge) ? { ...one, condition } : one))
        );
    }

    act(what, edge, more = {}) {
        return this.props.edit({ do: what, edge: [edge.source, edge.target], ...more });
    }
}
