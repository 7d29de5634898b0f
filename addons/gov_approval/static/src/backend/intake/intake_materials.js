import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { ProviderChoice } from "../../form/provider_choice";

const MODEL = "gov.case.draft";

/** The materials of an application at the window: tick what came on paper or is promised, or add
 * files. */
export class IntakeMaterials extends Component {
    static template = "gov_approval.IntakeMaterials";
    static components = { ProviderChoice };
    static props = {
        materials: Array,
        providers: Object,
        change: Function,
        isPart: { type: Boolean, optional: true },
    };
    static defaultProps = { isPart: false };

    setup() {
        this.orm = useService("orm");
    }

    setPaper(material, ev, form) {
        const isGiven = ev.target.checked;
        return this.props.change((draftId) =>
            this.orm.call(MODEL, "action_intake_paper", [[draftId], material.code, isGiven, form])
        );
    }

    setPromise(material, ev) {
        const isGiven = ev.target.checked;
        return this.props.change((draftId) =>
            this.orm.call(MODEL, "action_intake_promise", [[draftId], material.code, isGiven])
        );
    }

    /** Write down whom the applicant says he chose; what is refused stands on the screen. */
    stateProvider(material, statement) {
        return this.props.change((draftId) =>
            this.orm.call(MODEL, "action_intake_provider", [[draftId], material.code, statement])
        );
    }

    removeFile(file) {
        return this.props.change((draftId) =>
            this.orm.call(MODEL, "action_intake_remove", [[draftId], file.id])
        );
    }

    async addFiles(material, ev) {
        const input = ev.target;
        for (const file of input.files) {
            await this.props.change((draftId) => this.upload(draftId, material, file));
        }
        input.value = "";
    }

    async upload(draftId, material, file) {
        const body = new FormData();
        body.append("csrf_token", odoo.csrf_token);
        body.append("material", material.code);
        body.append("file", file);
        const response = await fetch(`/gov/intake/${draftId}/files`, { method: "POST", body });
        const answer = await response.json();
        if (answer.error) {
            throw Object.assign(new Error(answer.error), { sentence: answer.error });
        }
        return answer;
    }
}
