import { Component, onWillStart, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const BILL = "gov.fee.bill";
const SEARCH_AFTER = 150;

/**
 * The finance window (收费窗口): scan or search, see, collect, print, next, by keyboard alone.
 *
 * The amount is the bill's own and never sent from here; one key stands for one act of
 * collecting, so that a repeated call takes the money once.
 */
export class Cashier extends Component {
    static template = "gov_fees.Cashier";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.searches = new KeepLast();
        this.search = debounce(() => this.find(), SEARCH_AFTER);
        this.state = useState({
            shift: false, methods: [], methodId: 0, text: "", bills: [], groups: [], selected: -1,
            bill: null, reference: "", key: "", error: "", isBusy: false, paid: null,
        });
        onWillStart(() => this.begin());
        useEffect(() => this.focus(), () => [this.state.bill?.id, this.state.paid, this.state.shift]);
        useExternalListener(window, "keydown", (ev) => this.onKey(ev), { capture: true });
    }

    async begin() {
        const desk = await this.orm.call(BILL, "action_open_desk", []);
        Object.assign(this.state, desk);
        this.state.methodId = desk.methods[0]?.id || 0;
    }

    /** What can be chosen, fees without a bill first: they are of whoever stands at the window. */
    get rows() {
        return [
            ...this.state.groups.map((group) => ({ ...group, group, key: `g${group.ids[0]}` })),
            ...this.state.bills.map((bill) => ({ ...bill, bill, key: `b${bill.id}` })),
        ];
    }

    get method() {
        return this.state.methods.find((method) => method.id === this.state.methodId);
    }

    get canCollect() {
        return this.state.bill?.state === "issued" && !this.state.isBusy;
    }

    focus() {
        this.root.el?.querySelector("[data-first]")?.focus();
    }

    async run(work) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        this.state.error = "";
        try {
            await work();
        } catch (error) {
            this.state.error = error.data?.message || _t("The server did not answer. Try again.");
            if (!error.data) {
                console.warn(error);
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    async openShift() {
        await this.run(async () => {
            await this.orm.call("gov.fee.shift", "action_open", []);
            await this.begin();
        });
    }

    async find() {
        const found = await this.searches.add(this.orm.call(BILL, "action_find", [this.state.text]));
        // Nothing is chosen before somebody searched: Enter alone makes no bill.
        Object.assign(this.state, found, { selected: this.state.text.trim() ? 0 : -1 });
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        this.search();
    }

    /** Enter takes the row; a scanner ends with Enter before the search was sent. */
    async enter() {
        if (!this.state.text.trim()) {
            return this.chooseSelected();
        }
        this.search.cancel();
        await this.find();
        await this.chooseSelected();
    }

    async chooseSelected() {
        const row = this.rows[this.state.selected];
        if (row) {
            await this.choose(row);
        }
    }

    chooseMethod(methodId) {
        this.state.methodId = methodId;
        this.focus();
    }

    async choose(row) {
        await this.run(async () => {
            const bill = row.bill || (await this.orm.call(BILL, "action_issue", [row.group.ids]));
            Object.assign(this.state, { bill, reference: "", paid: null, key: crypto.randomUUID() });
        });
    }

    async collect() {
        if (!this.canCollect) {
            return;
        }
        if (this.method?.needs_reference && !this.state.reference.trim()) {
            this.state.error = _t("Enter the number of the slip: it is how the bank finds the money.");
            this.focus();
            return;
        }
        await this.run(async () => {
            const { bill, methodId, reference, key } = this.state;
            const arguments_ = [bill.id, methodId, reference, key];
            const done = await this.orm.call("gov.fee.payment", "action_collect", arguments_);
            this.state.paid = { number: bill.number, payable: bill.payable, id: bill.id };
            this.state.bill = { ...bill, state: done.state };
            if (this.state.shift) {
                this.state.shift.count += 1;
            }
        });
    }

    print() {
        if (this.state.bill) {
            window.open(`/report/pdf/gov_fees.report_bill/${this.state.bill.id}`, "_blank");
        }
    }

    async next() {
        Object.assign(this.state, { bill: null, paid: null, text: "", reference: "", error: "" });
        await this.find();
        this.focus();
    }

    closeShift() {
        this.action.doAction("gov_fees.gov_fee_close_action", {
            additionalContext: { default_shift_id: this.state.shift.id },
            onClose: () => this.begin(),
        });
    }

    onKey(ev) {
        if (document.querySelector(".modal") || ev.isComposing) {
            return;
        }
        const act = this.getAct(ev);
        if (act) {
            ev.preventDefault();
            ev.stopPropagation();
            act();
        }
    }

    getAct(ev) {
        if (ev.key === "Escape") {
            return () => this.next();
        }
        if (ev.altKey && /^[1-9]$/.test(ev.key)) {
            const method = this.state.methods[Number(ev.key) - 1];
            return method && (() => this.chooseMethod(method.id));
        }
        if (ev.altKey && ev.key.toLowerCase() === "p") {
            return () => this.print();
        }
        if (!this.state.shift || ev.target.tagName === "BUTTON") {
            return null;
        }
        if (ev.key === "Enter") {
            return this.state.paid ? () => this.next() : this.state.bill ? () => this.collect() : () => this.enter();
        }
        if (!this.state.bill && (ev.key === "ArrowDown" || ev.key === "ArrowUp")) {
            const step = ev.key === "ArrowDown" ? 1 : -1;
            const last = Math.max(this.rows.length - 1, 0);
            return () => (this.state.selected = Math.min(Math.max(this.state.selected + step, 0), last));
        }
        return null;
    }
}

registry.category("actions").add("gov_fee_cashier", Cashier);
