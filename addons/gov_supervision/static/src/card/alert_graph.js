import { registry } from "@web/core/registry";
import { graphView } from "@web/views/graph/graph_view";
import { GraphRenderer } from "@web/views/graph/graph_renderer";

/** A yellow card is yellow, wherever it stands in the legend. */
const COLOURS = { blue: "#17a2b8", yellow: "#ffac00", red: "#dc3545" };

export class AlertGraphRenderer extends GraphRenderer {
    getBarChartData() {
        const data = super.getBarChartData();
        const { selection } = this.model.metaData.fields.level;
        const levels = Object.fromEntries(selection.map(([value, label]) => [label, value]));
        for (const dataset of data.datasets) {
            const colour = COLOURS[levels[dataset.label]];
            dataset.backgroundColor = colour || dataset.backgroundColor;
        }
        return data;
    }
}

registry.category("views").add("gov_alert_graph", { ...graphView, Renderer: AlertGraphRenderer });
