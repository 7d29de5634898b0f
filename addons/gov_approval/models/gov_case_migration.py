from odoo import api, models

from ..kernel import migration, procedure
from .migration_words import MigrationWords, say_consent


class GovCase(models.Model):
    """A running case moves to the version in force (办件迁移): one act, one event.

    Past events keep the version under which they happened; ``version_id`` is a column of the last.
    """

    _inherit = "gov.case"

    def _get_target(self, kind=None):
        """The version to which the case could migrate, or none.

        :param kind: the act that asks; no other than ``migrate`` moves the case
        """
        if kind not in (None, "migrate"):
            return None
        case = self.sudo()  # published facts of the item
        version = case.item_id.published_version_id
        return version if version and version != case.version_id else None

    def _get_migration_facts(self, target):
        case = self.sudo()  # digests and numbers of published versions
        return {
            "from": case.version_id._get_digest(),
            "version": target._get_digest(),
            "numbers": [case.version_id.number, target.number],
        }

    @api.model
    def _get_definitions(self, item, events):
        """Definitions by digest of all versions of ``item`` that a case with these events ran
        under; none if it never migrated."""
        digests = migration.digests(events)
        if not digests:
            return {}
        Version = self.env["gov.item.version"].sudo()  # published facts of the item
        found = Version.search([("item_id", "=", item.id), ("digest", "in", digests)], order="id")
        known = {version.digest: version._get_definition() for version in found}
        return {digest: known[digest] for digest in digests if digest in known}

    def _project_drafts(self, writing, version_id, payload):
        """Open answers to a notice go on under the version to which their case moved."""
        Draft = self.env["gov.case.draft"]
        for draft in Draft.search([("case_id", "=", self.id), ("is_filed", "=", False)]):
            answers = {
                code: said
                for code, said in (draft.answers or {}).items()
                if code not in payload["dropped"]
            }
            vals = {"version_id": version_id, "answers": answers, "revision": draft.revision + 1}
            writing.update(draft, vals)

    # ------------------------------------------------------------------- screen

    def _describe_migration(self, target):
        """What moving to ``target`` would do to this case, for whoever may read it.

        :return: ``lines`` [{kind, text}] with kind ``keep``, ``ask``, ``drop`` or ``time``,
            ``worse`` (words), ``blocked`` (sentences), ``can_move``, ``needs_consent``
        """
        definition, facts = self._get_casefile()
        goal = target._get_definition()
        actor, calendar, today = self._get_reader(definition)
        preview = migration.compare(definition, goal, facts, calendar, today)
        offers = procedure.offers(definition, facts, actor, calendar, today, goal)
        words = MigrationWords(self.env, definition, goal)
        return {
            "lines": words.describe(preview),
            "worse": words.say_worsened(preview),
            "blocked": words.say_blocked(preview),
            "can_move": any(offer.act == "migrate" for offer in offers),
            "needs_consent": bool(preview.worsened),
        }

    def _describe_offer(self, definition, facts, offer):
        """The act says before it is performed what it would do."""
        described = super()._describe_offer(definition, facts, offer)
        if offer.act == "migrate":
            found = self._describe_migration(self._get_target())
            described["effects"] = [line["text"] for line in found["lines"]]
            described["worse"] = found["worse"]
            is_asked = found["needs_consent"]
            described["inputs"] = [
                one | {"required": is_asked} if one["name"] in migration.CONSENT else one
                for one in described["inputs"]
                if is_asked or one["name"] not in migration.CONSENT
            ]
        return described

    def _describe_payload(self, definition, payload):
        details = super()._describe_payload(definition, payload)
        if "numbers" in payload and "worsened" in payload:
            details = self._get_words_of(payload).describe_event(payload) + details
        return details

    def _get_words_of(self, payload):
        """The words of both versions of a migration that is recorded."""
        Version = self.env["gov.item.version"].sudo()  # published facts of the item
        both = [payload["from"], payload["version"]]
        found = Version.search([("item_id", "=", self.item_id.id), ("digest", "in", both)])
        known = {version.digest: version._get_definition() for version in found}
        return MigrationWords(self.env, *(known[digest] for digest in both))

    def _tell_migration(self):
        """That the case goes on under another version, for the applicant."""
        payload = self._find_payload("migrate")
        if not payload:
            return None
        words = self._get_words_of(payload)
        lines = [words.say_versions(payload), payload.get("reasons", "")]
        if payload.get("worsened"):
            lines += [words.say_worse_by_consent(payload), say_consent(self.env, payload)]
        return (self.env._("Handled under a new version of the item"), *lines)
