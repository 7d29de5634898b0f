import base64
import json
from concurrent.futures import ThreadPoolExecutor

from odoo import api, fields, models, tools

from .gov_mandate import POWERS
from .gov_post import UNITS
from .speech import word

FOLDER = "gov_approval/demo"
LANGUAGE = "zh_CN"


class GovSampleDistrict(models.AbstractModel):
    """The sample district 云溪区: fictional, made of packs and of acts through the door.

    Clerks, reviewers and chief representatives work on real published guides; what those
    guides do not say is filled in and stands as a fact of kind ``default`` under each version.
    The password of every login is the login followed by ``-2026``: for trying out, never for a
    real centre.  Everything is found again by its code, so loading twice changes nothing.
    """

    _name = "gov.sample.district"
    _description = "Sample district"

    @api.model
    def _load(self):
        """Load the district, its items and its cases."""
        self.env["res.lang"]._activate_lang(LANGUAGE)
        self = self.with_context(lang=LANGUAGE, no_reset_password=True)  # noqa: PLW0642
        data = self._read("district.json")
        self._load_company(data["centres"][0]["name"])
        self._load_centres(data)
        self._load_departments(data)
        users = self._load_people(data["people"])
        self._load_staff(data, users)
        self._load_intermediaries(data)
        self._load_items(data)
        self._load_mandates(data["people"], users)
        self._publish(data["packs"], users)
        self._load_posts(data, users)
        self._load_cases(users)

    @api.model
    def _logins(self):
        """(role in words, login, password) of every person, in the order of the roles."""
        env = self.with_context(lang=LANGUAGE).env
        found = []
        for person in self._read("district.json")["people"]:
            role = person["roles"][0]
            group = self._get_group(role).with_env(env)
            label = word(env, role) if role == "applicant" else group.name
            found.append((f"{label} {person['name']}", person["login"], _password(person)))
        return found

    def _read(self, name):
        with tools.file_open(f"{FOLDER}/{name}", "r") as source:
            return json.load(source)

    # ------------------------------------------------------------------ network

    def _ensure(self, model, domain, vals):
        """The record found by its key; made when it is missing, otherwise left as it is."""
        Model = self.env[model].with_context(active_test=False)
        return Model.search(domain, limit=1) or Model.create(vals)

    def _by_code(self, model, code):
        return self.env[model].search([("code", "=", code)], limit=1)

    def _load_company(self, name):
        """The centre's name and mark on every page, unless somebody gave the company theirs."""
        company = self.env.ref("base.main_company")
        if company.uses_default_logo:
            with tools.file_open(f"{FOLDER}/logo.png", "rb") as source:
                company.write({"name": name, "logo": base64.b64encode(source.read())})

    def _load_centres(self, data):
        for row in data["centres"]:
            vals = dict(row, division_code=data["division_code"])
            parent = vals.pop("parent", None)
            vals["parent_id"] = self._by_code("gov.centre", parent).id if parent else False
            centre = self._ensure("gov.centre", [("code", "=", row["code"])], vals)
            for window in data["windows"]:
                if window["centre"] == row["code"]:
                    self._ensure(
                        "gov.window",
                        [("centre_id", "=", centre.id), ("code", "=", window["code"])],
                        dict(code=window["code"], name=window["name"], centre_id=centre.id),
                    )

    def _load_departments(self, data):
        for sequence, row in enumerate(data["departments"], 1):
            vals = dict(row, sequence=sequence)
            centre = vals.pop("centre", data["centres"][0]["code"])
            vals["centre_id"] = self._by_code("gov.centre", centre).id
            self._ensure("gov.department", [("code", "=", row["code"])], vals)

    # ------------------------------------------------------------------- people

    def _get_group(self, role):
        name = "base.group_portal" if role == "applicant" else f"gov_approval.group_gov_{role}"
        return self.env.ref(name)

    def _load_people(self, people):
        Users = self.env["res.users"].with_context(active_test=False)
        users = {user.login: user for user in Users.search([])}
        new = [person for person in people if person["login"] not in users]
        for person in new:
            groups = [self._get_group(role).id for role in person["roles"]]
            users[person["login"]] = Users.create(
                {
                    "login": person["login"],
                    "name": person["name"],
                    "group_ids": [(6, 0, groups)],
                    "lang": LANGUAGE,
                    "tz": "Asia/Shanghai",
                }
            )
        # A safe hash takes the better part of a second and needs no lock: one thread a core.
        with ThreadPoolExecutor() as threads:
            hashes = list(threads.map(Users._crypt_context().hash, map(_password, new)))
        for person, hashed in zip(new, hashes, strict=True):
            Users._set_encrypted_password(users[person["login"]].id, hashed)
        return users

    def _load_staff(self, data, users):
        """Membership gives a role its place: intake staff, window staff, department staff."""
        for person in data["people"]:
            user = users[person["login"]]
            for code in person.get("centres", ()):
                self._add_to(self._by_code("gov.centre", code), "staff_ids", user)
            for code in person.get("departments", ()):
                self._add_to(self._by_code("gov.department", code), "staff_ids", user)
            for path in person.get("windows", ()):
                self._add_to(self._find_window(path), "user_ids", user)

    def _add_to(self, record, name, user):
        if user not in record[name]:
            record[name] = [(4, user.id)]

    def _find_window(self, path):
        centre, code = path.split("/")
        return self.env["gov.window"].search(
            [("centre_id.code", "=", centre), ("code", "=", code)], limit=1
        )

    # -------------------------------------------------------------------- items

    def _load_items(self, data):
        Import = self.env["gov.item.import"]
        for name in data["packs"]:
            with tools.file_open(f"gov_approval/data/packs/{name}.json", "rb") as source:
                Import._load_pack(source.read(), collision="reuse")
        for name, code in data["drafts"].items():
            with tools.file_open(f"{FOLDER}/items/{name}.json", "rb") as source:
                files = {f"{name}.json": source.read()}
            department = self._by_code("gov.department", code)
            Import._import_files(files, department, collision="reuse")

    def _load_mandates(self, people, users):
        """Each chief representative signs what the mandate names: all items, or some of them."""
        year = fields.Date.context_today(self).year
        with tools.file_open(f"{FOLDER}/material.pdf", "rb") as source:
            paper = base64.b64encode(source.read())
        for person in people:
            if "mandate" not in person:
                continue
            row = person["mandate"]
            department = self._by_code("gov.department", person["departments"][0])
            items = self._find_items(department, row.get("items"))
            vals = {
                "number": row["number"],
                "department_id": department.id,
                "user_id": users[person["login"]].id,
                "appointment_number": row["appointment"],
                "rank": row["rank"],
                "duties": row["duties"],
                "item_ids": [(6, 0, items.ids)],
                "valid_from": f"{year}-01-01",
                "valid_to": f"{year + 1}-12-31",
                "seal_id": self._ensure_seal(department, row["seal"]).id,
                "paper": paper,
                "paper_name": f"{row['number']}.pdf",
            } | {name: power in row["powers"] for name, power in POWERS.items()}
            mandate = self._ensure("gov.mandate", [("number", "=", row["number"])], vals)
            self._follow_items(mandate, items, vals).action_file()

    def _follow_items(self, mandate, items, vals):
        """The latest mandate in this line; a filed one that lacks a newer item gets a successor."""
        Mandate, line = self.env["gov.mandate"], mandate
        while successor := Mandate.search([("replaces_id", "=", mandate.id)], limit=1):
            mandate = successor
            line |= successor
        if not mandate.filed_on or items <= mandate.item_ids:
            return mandate
        changed = {
            "number": f"{vals['number']}-{len(line) + 1}",
            "valid_from": fields.Date.context_today(self),
            "replaces_id": mandate.id,
        }
        return Mandate.create(vals | changed)

    def _find_items(self, department, codes):
        """The items with these codes; all of the department where none are named."""
        domain = [("department_id", "=", department.id)]
        return self.env["gov.item"].search(domain + ([("code", "in", codes)] if codes else []))

    def _ensure_seal(self, department, number):
        return self._ensure(
            "gov.seal",
            [("number", "=", number)],
            {
                "number": number,
                "name": f"{department.name}行政审批专用章",
                "department_id": department.id,
            },
        )

    def _load_posts(self, data, users):
        """Who answers for the steps, who stands in, and who is away at the moment of loading."""
        for row in data["posts"]:
            name = UNITS[row["role"]]
            unit = self._by_code(self.env["gov.post"]._fields[name].comodel_name, row["unit"])
            self._ensure(
                "gov.post",
                [("name", "=", row["name"]), (name, "=", unit.id)],
                {
                    "name": row["name"],
                    "role": row["role"],
                    name: unit.id,
                    "item_ids": [(6, 0, [self._by_code("gov.item", c).id for c in row["items"]])],
                    "officer_id": users[row["A"]].id,
                    "deputy_ids": [(6, 0, [users[login].id for login in row["B"]])],
                },
            )
        today = fields.Date.context_today(self)
        for row in data["absences"]:
            user = users[row["login"]]
            self._ensure(
                "gov.absence",
                [("user_id", "=", user.id)],
                {
                    "user_id": user.id,
                    "date_from": today,
                    "date_to": fields.Date.add(today, days=row["days"]),
                    "reason": row["reason"],
                    "handover_note": row["handover_note"],
                },
            )

    def _publish(self, names, users):
        manager = users["manager"]
        for name in names:
            item = self._by_code("gov.item", name)
            if not item.published_version_id:
                item.draft_version_id.with_user(manager).action_publish()


def _password(person):
    return f"{person['login']}-2026"
