from odoo import models

from ..kernel import post


class GovCase(models.Model):
    """Who of a unit answers for this case, and who stands in (AB 角)."""

    _inherit = "gov.case"

    def _get_away(self):
        """Who cannot act for himself on this case: the absent, and whoever applied (回避)."""
        return self.env["gov.post"]._get_away() | set(self.partner_id.user_ids.ids)

    def _get_standing(self, user, role, unit):
        """How ``user``, who holds ``role`` in ``unit``, stands to this case by the posts there."""
        posts = self.env["gov.post"]._get_posts_of(role, unit)
        if not posts:
            return post.Standing(True)
        return post.standing(user.id, self.item_id.id, posts, self._get_away())
