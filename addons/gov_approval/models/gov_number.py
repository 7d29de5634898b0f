from odoo import api, fields, models


class GovNumber(models.Model):
    """Numbers already given (编号登记), a series a row: without gaps and never twice.

    A number is a row of the transaction that uses it: rolled back, it was never given, and the
    next one takes its place.  The function in the database locks the series until commit, and
    passes over numbers that the snapshot of this transaction is too old to see.
    """

    _name = "gov.number"
    _description = "Number given"
    _inherit = ["gov.sealed"]
    _order = "id desc"
    _rec_name = "series"

    series = fields.Char(required=True, readonly=True)
    serial = fields.Integer(required=True, readonly=True, aggregator=None)

    _serial_uniq = models.Constraint("UNIQUE (series, serial)", "This number was given already.")

    def init(self):
        """The function that gives numbers.

        It inserts and is refused where a row exists that it cannot see: ``ON CONFLICT`` would end
        the transaction with a serialization failure there.
        """
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION gov_number_next(wanted text[], giver integer)
            RETURNS integer[] AS $$
            DECLARE
                one text;
                given integer;
                found integer[] := '{}';
            BEGIN
                -- Locked in one order, so that nobody waits for somebody who waits for him.
                PERFORM pg_advisory_xact_lock(key) FROM (
                    SELECT DISTINCT hashtextextended(name, 19) AS key
                    FROM unnest(wanted) AS name ORDER BY 1
                ) AS keys;
                FOREACH one IN ARRAY wanted LOOP
                    SELECT COALESCE(max(serial), 0) + 1 INTO given
                    FROM gov_number WHERE series = one;
                    LOOP
                        BEGIN
                            INSERT INTO gov_number
                                (series, serial, create_uid, create_date, write_uid, write_date)
                            VALUES (one, given, giver, now() AT TIME ZONE 'UTC',
                                    giver, now() AT TIME ZONE 'UTC');
                            EXIT;
                        EXCEPTION WHEN unique_violation THEN
                            given := given + 1;
                        END;
                    END LOOP;
                    found := found || given;
                END LOOP;
                RETURN found;
            END
            $$ LANGUAGE plpgsql;
            """
        )

    @api.model
    def _next(self, series):
        """The next serial (from 1) of ``series``, for instance ``case/360726/2026-11-23``."""
        return self._next_all([series])[0]

    @api.model
    def _next_all(self, series):
        """The next serial of each of these series, in order; one may be asked for twice."""
        if not series:
            return []
        self.env.cr.execute("SELECT gov_number_next(%s, %s)", [list(series), self.env.uid])
        return self.env.cr.fetchone()[0]
