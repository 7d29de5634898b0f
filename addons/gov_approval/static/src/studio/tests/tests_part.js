import { Component, onWillRender } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ItemTests } from "../../backend/versions/item_tests";

/** 测试用例: the stored tests of the item, run on the draft whenever it was saved. */
export class TestsPart extends Component {
    static template = "gov_approval.TestsPart";
    static components = { ItemTests };
    static props = { head: Object, preview: Object, "*": true };

    setup() {
        this.stamp = 0;
        onWillRender(() => {
            if (this.seen !== this.props.preview) {
                this.seen = this.props.preview;
                this.stamp++;
            }
        });
    }
}

registry
    .category("gov_studio_parts")
    .add("tests", { Component: TestsPart, label: _t("Test cases"), icon: "fa-check-square-o" }, { sequence: 110 });
