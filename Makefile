# The commands of the project; config/README.md explains them and their settings.
# `make run` serves the sample district, `make test` runs the whole suite; both work from a fresh clone.
CENTRE = sh config/start
export HTTP_PORT HTTP_HOST WORKERS RUNTIME DB_NAME DATABASE_URL ODOO_HOME ODOO_SUITES PYTHON

.PHONY: help run test test-kernel test-odoo test-scenario lint bench conformance verify-archive shell stop clean

help:
	@echo "make run [HTTP_PORT=8069]    serve the sample district (Ctrl-C ends it)"
	@echo "make test                    the whole test suite"
	@echo "make test-kernel             the law in seconds, without a database"
	@echo "make test-odoo [TAGS=/gov_approval:TestX]   some Odoo tests on the upgraded template"
	@echo "make test-scenario           HTTP and browser scenarios"
	@echo "make conformance [DATA=folder] [ONLY=\"deadlines ids items intermediaries fees\"]"
	@echo "make verify-archive FILE=case.zip [DIGEST=…]   an exported archive, offline"
	@echo "make lint | bench | shell | stop | clean"

run test test-kernel test-scenario lint bench shell stop clean:
	@$(CENTRE) $@

test-odoo:
	@$(CENTRE) $@ $(TAGS)

conformance:
	@$(CENTRE) $@ --data "$(DATA)" --only "$(ONLY)"

verify-archive:
	@$(CENTRE) $@ --file "$(FILE)" --digest "$(DIGEST)"
