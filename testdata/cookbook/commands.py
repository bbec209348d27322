"""Holds commands of the AWS CLI, one an argument, to botocore's description of the services, which the CLI is made of."""

import shlex
import sys

import botocore.session
from botocore import xform_name


def complaints(session, command):
    _, service, operation, *rest = shlex.split(command)
    operations = session.get_service_model(service)
    names = {xform_name(name, "-"): name for name in operations.operation_names}
    if operation not in names:
        return [f"{service} has no {operation}"]
    shape = operations.operation_model(names[operation]).input_shape
    options = {xform_name(member, "-"): member for member in shape.members}
    given = {word[2:].removeprefix("no-") for word in rest if word.startswith("--")}
    demanded = {xform_name(member, "-") for member in shape.required_members}
    return [f"no option --{name}" for name in sorted(given - set(options))] + [f"--{name} is missing" for name in sorted(demanded - given)]


session = botocore.session.get_session()
found = [f"{command}: {complaint}" for command in sys.argv[1:] for complaint in complaints(session, command)]
sys.exit("\n".join(found) or None)
