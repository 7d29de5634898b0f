from odoo import models
from odoo.exceptions import UserError

#: Longest written answer to one request.
REPLY_LENGTH = 2000


class GovCaseDraft(models.Model):
    """Answers to a one-time notice, request by request (逐条答复, Art. 32).

    A request is answered by a new file or paper for its material, by a changed answer in the
    form, or in words.  It is handed in when every request is answered.
    """

    _inherit = "gov.case.draft"

    def _describe_requests(self):
        """The open one-time notice that this draft answers, item by item.

        :return: list of ``{number, material, wrong, expected, basis, code, question, reply}``;
            ``code`` is the material, ``question`` the field of the form that it is about, if any
        """
        if not self.case_id or self.is_for_promised or self.is_for_power:
            return []
        replies = self.replies or {}
        return [
            {
                **{part: request.get(part, "") for part in ("wrong", "expected", "basis")},
                "number": number,
                "material": self.case_id._say_material(request["material"]),
                "code": self.case_id._get_material_code(request["material"]),
                "question": self._find_question(request["material"]),
                "reply": replies.get(str(number), ""),
            }
            for number, request in enumerate(self.case_id._get_open_requests())
        ]

    def _find_question(self, text):
        """Code of the question that a request names by code or label; '' if none."""
        fields = self.version_id._get_definition()["form"]["fields"]
        return next((f["code"] for f in fields if text in (f["code"], f["label"])), "")

    def _clean_replies(self, replies):
        """Written answers by number of the request, as they are stored."""
        numbers = {str(request["number"]) for request in self._describe_requests()}
        is_odd = not isinstance(replies, dict) or any(
            number not in numbers or not isinstance(text, str) or not _is_plain(text)
            for number, text in replies.items()
        )
        if is_odd:
            raise UserError(self.env._("The form sent something odd. Reload the page."))
        return {number: text.strip() for number, text in replies.items() if text.strip()}

    def _get_changed(self):
        """Codes of the questions whose answers differ from those on the case."""
        old, new = self.case_id.answers or {}, self.answers or {}
        return {code for code in {*old, *new} if old.get(code) != new.get(code)}

    def _is_answered(self, request):
        if request["reply"]:
            return True
        if request["code"]:
            return request["code"] in self.material_ids.mapped("spec_code")
        changed = self._get_changed()
        return request["question"] in changed if request["question"] else bool(changed)

    def _get_reply_problems(self):
        """Requests without an answer, each as ``{path, text}``."""
        return [
            {
                "path": f"request:{request['number']}",
                "text": self.env._(
                    "Please answer request %(number)s, “%(material)s”: add a file, correct the"
                    " form, or explain.",
                    number=request["number"] + 1,
                    material=request["material"],
                ),
            }
            for request in self._describe_requests()
            if not self._is_answered(request)
        ]

    def _get_replies(self):
        """The written answers as the event records them."""
        return [
            {"request": request["number"], "text": request["reply"]}
            for request in self._describe_requests()
            if request["reply"]
        ]


def _is_plain(text):
    """Whether a text is short enough and has no control characters."""
    return len(text) <= REPLY_LENGTH and all(ord(c) >= 32 or c in "\r\n\t" for c in text)
