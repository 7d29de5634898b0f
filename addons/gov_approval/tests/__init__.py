from . import test_case_door
