from typing import NamedTuple

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel import procedure

#: Types of fields whose values in JSON are those of the cache.
_PLAIN = ("char", "text", "selection", "integer", "boolean", "many2one")


def _keep(record, columns):
    """Put what was read of a record into the cache, without overwriting anything."""
    lang = record.env.lang or "en_US"
    for name, value in columns.items():
        field = record._fields.get(name)
        if field and field.store and field.type in _PLAIN:
            if field.translate and value is not None:
                value = value.get(lang, value["en_US"])
            field._insert_cache(record, (value,))


class Network(NamedTuple):
    """What the network says of a user and a case, as the database has it now."""

    account: int = 0  # the user's partner
    is_intake: bool = False  # on the intake staff of the place
    departments: dict = {}  # those that handle the case: code -> (id, whether the user is staff)
    consulted: dict = {}  # the same for those that its flow asks for opinions

    def is_staff_of(self, department_id):
        return any(is_staff for id_, is_staff in self.departments.values() if id_ == department_id)


class GovCase(models.Model):
    """Who acts on a case (办理人): the roles that a user holds on it, asked anew for every act."""

    _inherit = "gov.case"

    def _network_sql(self):
        """Columns beside those of ``gov_case``: for :meth:`_to_network`."""
        return SQL(
            """(SELECT to_jsonb(unit) FROM gov_department unit
                WHERE unit.id = gov_case.department_id),
               (SELECT to_jsonb(unit) FROM gov_centre unit WHERE unit.id = gov_case.centre_id),
               (SELECT p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id
                WHERE u.id = %(user)s),
               (SELECT partner_id FROM res_users WHERE id = %(user)s),
               EXISTS (SELECT FROM gov_centre_res_users_rel staff
                       WHERE staff.gov_centre_id = gov_case.centre_id
                       AND staff.res_users_id = %(user)s),
               (SELECT jsonb_object_agg(d.code, jsonb_build_array(
                    d.id, EXISTS (SELECT FROM gov_department_res_users_rel staff
                                  WHERE staff.gov_department_id = d.id
                                  AND staff.res_users_id = %(user)s)))
                FROM gov_case_gov_department_rel handles
                JOIN gov_department d ON d.id = handles.gov_department_id
                WHERE handles.gov_case_id = gov_case.id),
               (SELECT jsonb_object_agg(d.code, jsonb_build_array(
                    d.id, EXISTS (SELECT FROM gov_department_res_users_rel staff
                                  WHERE staff.gov_department_id = d.id
                                  AND staff.res_users_id = %(user)s)))
                FROM gov_flow_node node
                JOIN gov_department_gov_flow_node_rel asked ON asked.gov_flow_node_id = node.id
                JOIN gov_department d ON d.id = asked.gov_department_id
                WHERE node.version_id = gov_case.version_id)""",
            user=self.env.uid,
        )

    def _to_network(self, department, centre, name, account, is_intake, *units):
        """The values of ``_network_sql``; units and name are kept for the documents of the act."""
        user, partner = self.env.user, self.env["res.partner"].browse(account)
        _keep(self.department_id, department)
        _keep(self.centre_id, centre)
        _keep(user, {"partner_id": account})
        _keep(partner, {"name": name})
        return Network(account, is_intake, *(found or {} for found in units))

    @api.model
    def _read_network_of(self, item, window, codes):
        """The same for a case to be, with the columns of its place and an id for it.

        :param window: where it is filed, if at one
        :param codes: departments that its steps name
        """
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT nextval('gov_case_id_seq'), to_jsonb(department), to_jsonb(centre), p.name,
                   p.id, FALSE,
                   (SELECT jsonb_object_agg(d.code, jsonb_build_array(d.id, FALSE))
                    FROM gov_department d
                    WHERE d.id = department.id OR (d.active AND d.code = ANY(%(codes)s)))
               FROM gov_item item
               JOIN gov_department department ON department.id = item.department_id
               LEFT JOIN gov_window desk ON desk.id = %(window)s
               JOIN gov_centre centre
                 ON centre.id = COALESCE(desk.centre_id, department.centre_id)
               JOIN res_users u ON u.id = %(user)s JOIN res_partner p ON p.id = u.partner_id
               WHERE item.id = %(item)s""",
            {
                "codes": list(codes),
                "window": window.id or None,
                "user": self.env.uid,
                "item": item.id,
            },
        )
        case_id, department, centre, *rest = self.env.cr.fetchone()
        birth = {"id": case_id, "department_id": department["id"], "centre_id": centre["id"]}
        return birth, (department, centre, *rest)

    def _read_network(self):
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT %s FROM gov_case WHERE id = %s", self._network_sql(), self.id)
        )
        return self._to_network(*self.env.cr.fetchone())

    def _get_actor(self, definition, network=None):
        """The kernel's view of the current user on this case."""
        user = self.env.user
        if user.id == SUPERUSER_ID:
            return procedure.Actor(0, frozenset({"system"}))
        case = self.sudo()  # roles are facts of the network, not contents
        network = network or case._read_network()
        if case.partner_id.id == network.account:
            # Whoever applied has no other part in the case (回避).
            return procedure.Actor(user.id, frozenset({"applicant"}), name=user.name or "")
        roles = set()
        if network.is_intake and self._has_role(user, "window_clerk"):
            roles.add("window_clerk")
        for role in ("reviewer", "representative"):
            if not self._has_role(user, role):
                continue
            roles |= {f"{role}@{code}" for code, (_id, own) in network.departments.items() if own}
            if role == "reviewer":
                roles |= {f"{role}@{code}" for code, (_id, own) in network.consulted.items() if own}
            if network.is_staff_of(case.department_id.id):
                roles.add(role)
        if self._has_role(user, "government_head"):
            roles.add("government_head")
        mandate = case._get_mandate(definition, roles)
        units = network.consulted | network.departments
        roles, stands_in, kept_back = case._share_out(user, roles, units)
        return procedure.Actor(user.id, roles, mandate, stands_in, kept_back)

    def _has_role(self, user, role):
        return user.has_group(f"gov_approval.group_gov_{role}")

    def _get_mandate(self, definition, roles):
        """The mandate under which the user may sign; asked for only where somebody signs."""
        if "representative" not in roles and definition.get("item_kind") != "instant":
            return None
        return self.env["gov.mandate"]._for_user(
            self.env.user,
            self.department_id,
            self.item_id,
            self.env["gov.calendar.day"]._local_now().date(),
        )

    def _check_officers(self, values, network):
        """Visiting officers and the chair are staff of a handling department (Art. 34, 48)."""
        officers = {*values.get("officers", ()), values.get("chair", 0)} - {0}
        if not officers:
            return
        self.env.cr.execute(
            """SELECT array_agg(u.id) FROM gov_department_res_users_rel staff
               JOIN res_users u ON u.id = staff.res_users_id AND u.active
               WHERE staff.gov_department_id = ANY(%s) AND u.id = ANY(%s)""",
            [[id_ for id_, _own in network.departments.values()], list(officers)],
        )
        if officers - set(self.env.cr.fetchone()[0] or ()):
            raise UserError(
                self.env._("Name officers on the staff of a department that handles the case.")
            )
