"""Judges documents for AWS by what AWS publishes: for each line of JSON, prints a line with a list of problems.

calls: parameters of calls, by the models of the service's API that botocore has.
template: a template of CloudFormation, by the schemas of its resources and policies that cfn-lint has.
"""

import json
import sys

import botocore.session
from botocore.validate import ParamValidator
from cfnlint.api import lint_all

session = botocore.session.get_session()


def problems_of(calls, template):
    problems = []
    for call in calls:
        model = session.get_service_model(call["service"]).operation_model(call["operation"])
        report = ParamValidator().validate(call["parameters"], model.input_shape)
        if report.has_errors():
            problems.append(f"{call['operation']}: {report.generate_report()}")
    for match in lint_all(json.dumps(template)):
        # What is but a hint.
        if match.rule.id.startswith("I"):
            continue
        place = "/".join(str(step) for step in getattr(match, "path", None) or [])
        problems.append(f"{match.rule.id} {place}: {match.message}")
    return problems


for line in sys.stdin:
    print(json.dumps(problems_of(**json.loads(line))), flush=True)
