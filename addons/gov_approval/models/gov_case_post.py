from odoo import models

from ..kernel import post


class GovCase(models.Model):
    """Who of a unit answers for this case, and who stands in (AB 角): the facts for the kernel."""

    _inherit = "gov.case"

    def _share_out(self, user, roles, departments):
        """The ``roles`` of ``user`` on this case as the posts share them out.

        Returns the roles left, those held in somebody's stead ({role: user id}), and those that are
        kept back ({role: refusal}).  Without posts nothing is read.

        :param departments: those with a part in the case, by code, the id first
        """
        Post = self.env["gov.post"]
        stands_in, kept_back = {}, {}
        for role in roles:
            posts = self._get_posts_for(role, departments)
            if not posts:
                continue
            away = Post._get_away() | self._get_applicants()
            part = post.part(user.id, self.item_id.id, posts, away)
            if not part.may_act:
                names = self._get_names(posts)
                kept_back[role] = post.refusal(user.id, self.item_id.id, posts, away, names)
            elif part.stands_in_for:
                stands_in[role] = part.stands_in_for
        return frozenset(roles) - kept_back.keys(), stands_in, kept_back

    def _get_applicants(self):
        """Officers who applied: they have no part in the case, their deputies act (回避)."""
        accounts = self.env["gov.post"]._get_accounts()
        return {user for user, account in accounts.items() if account == self.partner_id.id}

    def _get_posts_for(self, role, departments):
        """The posts that share out a role on this case; ``departments``: by code, id first."""
        kind, _at, code = role.partition("@")
        if code:
            unit = departments[code][0]
        else:
            unit = (self.centre_id if kind == "window_clerk" else self.department_id).id
        return self.env["gov.post"]._get_posts_of(kind, unit)

    def _get_names(self, posts):
        people = {post.officer for post in posts}.union(*(post.deputies for post in posts))
        users = self.env["res.users"].sudo().browse(people)  # who to turn to is no secret
        return {user.id: user.name for user in users}
