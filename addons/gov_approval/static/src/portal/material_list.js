import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ProviderChoice } from "../form/provider_choice";

const MEGABYTE = 1024 * 1024;
/** Media types for the file picker; the server reads the content itself. */
const ACCEPT = { pdf: "application/pdf", jpg: "image/jpeg", png: "image/png" };

/**
 * The materials to hand in (申请材料) with their files, or the promise in their place. Size is checked
 * before sending, the rest on the server; what it refuses is shown in its words. As a part of a card
 * the list has no frame and says only what the card does not.
 */
export class MaterialList extends Component {
    static template = "gov_approval.MaterialList";
    static components = { ProviderChoice };
    static props = {
        materials: Array,
        needed: Array,
        files: Array,
        earlier: Array,
        problems: { type: Object, optional: true },
        promises: Object,
        providers: Object,
        base: String,
        csrf: String,
        isPart: { type: Boolean, optional: true },
        onFiles: Function,
        onPromises: Function,
        onProviders: Function,
    };
    static defaultProps = { problems: {}, isPart: false };

    setup() {
        this.state = useState({ sending: {}, errors: {} });
    }

    /** Materials that fit the answers, each with its files. */
    get rows() {
        return this.props.materials
            .filter((material) => this.props.needed.includes(material.code))
            .map((material) => ({
                material,
                files: this.props.files.filter((file) => file.spec === material.code),
                wasGiven: this.props.earlier.includes(material.code),
                isPromised: material.code in this.props.promises.given,
                promise: this.props.promises.can[material.code] || "",
                error: this.state.errors[material.code] || this.props.problems[material.code] || "",
                sending: this.state.sending[material.code],
                accept: material.types.map((type) => ACCEPT[type] || `.${type}`).join(","),
                service: this.props.providers[material.code],
                hasPhotos: material.types.includes("jpg"),
            }));
    }

    formatSize(bytes) {
        return bytes >= MEGABYTE
            ? `${(bytes / MEGABYTE).toFixed(1)} MB`
            : `${Math.max(1, Math.round(bytes / 1024))} KB`;
    }

    async choose(material, ev) {
        const files = [...ev.target.files];
        ev.target.value = "";
        delete this.state.errors[material.code];
        for (const file of files) {
            await this.add(material, file);
        }
    }

    async add(material, file) {
        if (file.size > material.max_mb * MEGABYTE) {
            this.state.errors[material.code] = _t(
                "“%(name)s” has %(size)s; at most %(limit)s MB are possible.",
                { name: file.name, size: this.formatSize(file.size), limit: material.max_mb }
            );
            return;
        }
        const body = new FormData();
        body.append("csrf_token", this.props.csrf);
        body.append("material", material.code);
        body.append("file", file, file.name);
        this.state.sending[material.code] = 1;
        const answer = await this.post(`${this.props.base}/files`, body, (percent) => {
            this.state.sending[material.code] = percent;
        });
        delete this.state.sending[material.code];
        if (answer.error) {
            this.state.errors[material.code] = answer.error;
        } else {
            this.props.onPromises(answer.promises);
            this.props.onFiles([...this.props.files, answer.file]);
        }
    }

    /** Promise the material for later or in place of the paper, or take the promise back. */
    async promise(material, isGiven) {
        const body = new FormData();
        body.append("csrf_token", this.props.csrf);
        body.append("material", material.code);
        body.append("given", isGiven ? "yes" : "");
        delete this.state.errors[material.code];
        const answer = await this.post(`${this.props.base}/promise`, body);
        if (answer.error) {
            this.state.errors[material.code] = answer.error;
        } else {
            this.props.onPromises(answer.promises);
        }
    }

    /** State whom the applicant chose for an intermediary service, or take it back. */
    async stateProvider(material, statement) {
        const body = new FormData();
        body.append("csrf_token", this.props.csrf);
        body.append("material", material.code);
        const { is_own, ...said } = statement || {};
        Object.entries(said).forEach(([name, value]) => body.append(name, value));
        body.append("own", is_own ? "yes" : "");
        const answer = await this.post(`${this.props.base}/provider`, body);
        if (!answer.error) {
            this.props.onProviders(answer.providers);
        }
        return answer;
    }

    async remove(file) {
        const body = new FormData();
        body.append("csrf_token", this.props.csrf);
        const answer = await this.post(`${this.props.base}/files/${file.id}/remove`, body);
        if (answer.error) {
            this.state.errors[file.spec] = answer.error;
        } else {
            this.props.onFiles(this.props.files.filter((other) => other.id !== file.id));
        }
    }

    /** XMLHttpRequest, because fetch does not tell how much of a file has gone up. */
    post(url, body, onProgress = () => {}) {
        return new Promise((resolve) => {
            const request = new XMLHttpRequest();
            request.open("POST", url);
            request.upload.addEventListener("progress", (ev) =>
                onProgress(Math.max(1, Math.round((100 * ev.loaded) / ev.total)))
            );
            request.addEventListener("load", () => resolve(this.readAnswer(request)));
            request.addEventListener("error", () =>
                resolve({ error: _t("The file did not arrive: no connection. Choose it again.") })
            );
            request.send(body);
        });
    }

    readAnswer(request) {
        try {
            return JSON.parse(request.responseText);
        } catch {
            return {
                error:
                    request.status === 413
                        ? _t("The file is too large.")
                        : _t("You were signed out, or the page is too old. Reload it."),
            };
        }
    }
}
