"""What a new version makes of a case or of a form being filled in, said to people (迁移说明)."""

from .speech import say, word

#: So many names are said; of more, the number.
NAMED = 6


def say_consent(env, payload):
    """Who agreed, when and how."""
    return env._(
        "Agreed by %(who)s on %(day)s: %(how)s",
        who=payload["consented_by"],
        day=payload["consented_on"],
        how=payload["consented_how"],
    )


class MigrationWords:
    """Sentences on the way from the definition ``old`` to ``new``."""

    def __init__(self, env, old, new):
        self.env = env
        self._questions, self._materials, self._steps = (
            {row["code"]: row[label] for d in (old, new) for row in rows(d)}
            for label, rows in (
                ("label", lambda d: d["form"]["fields"]),
                ("name", lambda d: d["materials"]),
                ("name", lambda d: d["flow"]["nodes"]),
            )
        )

    def questions(self, codes):
        return self._join(self._questions, codes)

    def materials(self, codes):
        return self._join(self._materials, codes)

    def _join(self, names, codes):
        said = [names.get(code, code) for code in codes]
        if len(said) > NAMED:
            more = self.env._("%(count)s more", count=len(said) - NAMED)
            said = [*said[:NAMED], more]
        return self.env._(", ").join(said)

    # ------------------------------------------------------------------ preview

    def describe(self, preview):
        """A ``kernel.migration.Preview`` line by line: [{kind, text}]."""
        lines = self.describe_papers(preview) + self._say_dues(preview.dues)
        if preview.steps_added:
            names = self._join(self._steps, preview.steps_added)
            text = self.env._("Steps added: %(names)s", names=names)
            lines.append({"kind": "ask", "text": text})
        return lines

    def describe_papers(self, papers):
        """A ``kernel.migration.Papers`` line by line."""
        _ = self.env._
        kept = len(papers.carried), len(papers.materials_carried)
        asked, more = self.questions(papers.asked), self.materials(papers.materials_more)
        dropped = self.questions([code for code in papers.dropped if code not in papers.asked])
        less = self.materials(papers.materials_less)
        keeps = _(
            "Carries over: %(answers)s answers, %(materials)s of the materials asked for",
            answers=kept[0],
            materials=kept[1],
        )
        rows = (
            (any(kept), "keep", keeps),
            (asked, "ask", _("Asked anew: %(names)s", names=asked)),
            (more, "ask", _("Materials asked for anew: %(names)s", names=more)),
            (dropped, "drop", _("Not asked any more: %(names)s", names=dropped)),
            (less, "drop", _("Not needed any more: %(names)s", names=less)),
        )
        return [{"kind": kind, "text": text} for is_so, kind, text in rows if is_so]

    def _say_dues(self, dues):
        """Due days that move; those of steps follow from them."""
        found = []
        for key, (before, after) in dues.items():
            if before == after or ":" in key:
                continue
            text = self.env._(
                "%(name)s: %(before)s → %(after)s",
                name=word(self.env, key),
                before=before.isoformat() if before else self.env._("none"),
                after=after.isoformat() if after else self.env._("none"),
            )
            found.append({"kind": "time", "text": text})
        return found

    def say_worsened(self, preview):
        return [word(self.env, name) for name in preview.worsened]

    def say_blocked(self, preview):
        return [say(self.env, reason) for reason in preview.blocked]

    # -------------------------------------------------------------------- event

    def say_versions(self, payload):
        before, after = payload["numbers"]
        return self.env._("From version %(old)s to version %(new)s", old=before, new=after)

    def say_worse_by_consent(self, payload):
        terms = self.env._(", ").join(word(self.env, name) for name in payload["worsened"])
        return self.env._("With your agreement: %(terms)s", terms=terms)

    def describe_event(self, payload):
        """Details of the event in the history: [{label, text}]."""
        _ = self.env._
        worsened = _(", ").join(word(self.env, name) for name in payload["worsened"])
        rows = [
            (_("Version"), self.say_versions(payload)),
            (_("Asked anew"), self.questions(payload["asked"])),
            (_("Materials asked for anew"), self.materials(payload["materials_asked"])),
            (_("Not carried over"), self.questions(payload["dropped"])),
            (_("Worsened with consent"), worsened),
        ]
        return [{"label": label, "text": text} for label, text in rows if text]
