import { Component, onWillUnmount, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const SECONDS = 2;

/** Reads the form of an import again and again, until it is at its end (导入进度). */
export class ImportProgress extends Component {
    static template = xml`<t/>`;
    static props = { ...standardWidgetProps };

    setup() {
        this.isReading = false;
        const timer = browser.setInterval(() => this.read(), SECONDS * 1000);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    async read() {
        const { record } = this.props;
        if (this.isReading || !["waiting", "running"].includes(record.data.state)) {
            return;
        }
        this.isReading = true;
        try {
            await record.load();
        } finally {
            this.isReading = false;
        }
    }
}

registry.category("view_widgets").add("gov_import_progress", {
    component: ImportProgress,
    fieldDependencies: [{ name: "state", type: "selection", readonly: true }],
});
