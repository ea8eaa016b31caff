"""官方 OpenAPI SDK:未改动的 alibabacloud-dingtalk 经 Config(endpoint) 对沙箱说话。"""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("alibabacloud_dingtalk")

from alibabacloud_dingtalk.attendance_1_0 import client as attendance
from alibabacloud_dingtalk.attendance_1_0 import models as attendance_models
from alibabacloud_dingtalk.card_1_0 import client as card
from alibabacloud_dingtalk.card_1_0 import models as card_models
from alibabacloud_dingtalk.crm_1_0 import client as crm
from alibabacloud_dingtalk.crm_1_0 import models as crm_models
from alibabacloud_dingtalk.hrm_1_0 import client as hrm
from alibabacloud_dingtalk.hrm_1_0 import models as hrm_models
from alibabacloud_dingtalk.oauth2_1_0 import client as oauth
from alibabacloud_dingtalk.oauth2_1_0 import models as oauth_models
from alibabacloud_dingtalk.robot_1_0 import client as robot
from alibabacloud_dingtalk.robot_1_0 import models as robot_models
from alibabacloud_dingtalk.workflow_1_0 import client as workflow
from alibabacloud_dingtalk.workflow_1_0 import models as workflow_models
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions  # type: ignore[import-untyped]
from Tea.exceptions import TeaException

from tests.harness.sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore")


def config(sandbox: Sandbox) -> Config:
    endpoint = sandbox.base.removeprefix("http://")
    return Config(protocol="http", region_id="central", endpoint=endpoint, no_proxy="127.0.0.1")


@pytest.fixture
def token(sandbox: Sandbox) -> str:
    asked = oauth_models.GetAccessTokenRequest(
        app_key=sandbox.info["client_id"], app_secret=sandbox.info["client_secret"]
    )
    body = oauth.Client(config(sandbox)).get_access_token(asked).body
    assert body.expire_in == 7200
    return str(body.access_token)


def headers(kind: Any, token: str) -> Any:
    return kind(x_acs_dingtalk_access_token=token)


def test_a_bad_secret_is_an_error_the_sdk_can_read(sandbox: Sandbox) -> None:
    asked = oauth_models.GetAccessTokenRequest(app_key=sandbox.info["client_id"], app_secret="wrong")
    with pytest.raises(TeaException) as failed:
        oauth.Client(config(sandbox)).get_access_token(asked)
    assert failed.value.code == "invalidClientIdOrSecret"


def test_create_and_deliver_a_card(sandbox: Sandbox, token: str) -> None:
    request = card_models.CreateAndDeliverRequest(
        card_template_id=sandbox.info["card_template_id"],
        out_track_id="ali-card-1",
        callback_type="STREAM",
        card_data=card_models.CreateAndDeliverRequestCardData(card_param_map={"title": "标题", "state": "待办"}),
        open_space_id="dtv1.card//IM_ROBOT.liming",
        im_robot_open_deliver_model=card_models.CreateAndDeliverRequestImRobotOpenDeliverModel(space_type="IM_ROBOT"),
    )
    head = headers(card_models.CreateAndDeliverHeaders, token)
    body = card.Client(config(sandbox)).create_and_deliver_with_options(request, head, RuntimeOptions()).body
    assert body.success and body.result.out_track_id == "ali-card-1"
    assert body.result.deliver_results[0].success
    assert sandbox.wait_card("liming", lambda c: c["id"] == "ali-card-1")["title"] == "标题"


def test_list_and_read_approvals(sandbox: Sandbox, token: str) -> None:
    client = workflow.Client(config(sandbox))
    code = sandbox.info["process_codes"]["leave"]
    request = workflow_models.ListProcessInstanceIdsRequest(
        process_code=code, start_time=1_788_192_000_000, next_token=0, max_results=20
    )  # 2026-09-01 起
    head = headers(workflow_models.ListProcessInstanceIdsHeaders, token)
    found = client.list_process_instance_ids_with_options(request, head, RuntimeOptions()).body.result
    assert len(found.list) == 20 and found.next_token == "20"
    asked = workflow_models.GetProcessInstanceRequest(process_instance_id=found.list[0])
    head = headers(workflow_models.GetProcessInstanceHeaders, token)
    paper = client.get_process_instance_with_options(asked, head, RuntimeOptions()).body
    assert paper.success == "true"
    assert paper.result.status == "COMPLETED" and paper.result.result in ("agree", "refuse")
    assert paper.result.title.endswith("提交的请假")


def test_rosters_carry_the_contract_end(sandbox: Sandbox, token: str) -> None:
    request = hrm_models.GetEmployeeRosterByFieldRequest(
        app_agent_id=sandbox.info["agent_id"],
        user_id_list=["liuyang"],
        field_filter_list=["sys05-nowContractEndTime"],
    )
    head = headers(hrm_models.GetEmployeeRosterByFieldHeaders, token)
    rows = hrm.Client(config(sandbox)).get_employee_roster_by_field_with_options(request, head, RuntimeOptions()).body
    fields = rows.result[0].field_data_list
    assert [(f.field_code, f.field_value_list[0].value) for f in fields] == [("sys05-nowContractEndTime", "2027-01-10")]


def test_dismissals_take_a_json_array_in_the_query(sandbox: Sandbox, token: str) -> None:
    client = hrm.Client(config(sandbox))
    request = hrm_models.QueryDismissionStaffIdListRequest(next_token=0, max_results=50)
    head = headers(hrm_models.QueryDismissionStaffIdListHeaders, token)
    gone = client.query_dismission_staff_id_list_with_options(request, head, RuntimeOptions()).body
    assert gone.user_id_list
    asked = hrm_models.QueryHrmEmployeeDismissionInfoRequest(user_id_list=gone.user_id_list)
    head = headers(hrm_models.QueryHrmEmployeeDismissionInfoHeaders, token)
    rows = client.query_hrm_employee_dismission_info_with_options(asked, head, RuntimeOptions()).body.result
    assert {row.user_id for row in rows} == set(gone.user_id_list)
    assert all(row.last_work_day > 1_780_000_000_000 for row in rows)


def test_an_approval_is_written_back(sandbox: Sandbox, token: str) -> None:
    param = attendance_models.ProcessApproveFinishRequestTopCalculateApproveDurationParam(
        biz_type=3,
        from_time="2026-11-25 PM",
        to_time="2026-11-26 PM",
        duration_unit="halfDay",
        calculate_model=1,
    )
    request = attendance_models.ProcessApproveFinishRequest(
        approve_id="ali-approve-1",
        user_id="liming",
        tag_name="请假",
        sub_type="事假",
        top_calculate_approve_duration_param=param,
    )
    head = headers(attendance_models.ProcessApproveFinishHeaders, token)
    client = attendance.Client(config(sandbox))
    body = client.process_approve_finish_with_options(request, head, RuntimeOptions()).body
    assert body.success and body.result.duration == 1.5
    assert [(d.date, d.duration) for d in body.result.duration_detail] == [("2026-11-25", 0.5), ("2026-11-26", 1)]


def test_deals_come_with_the_tenants_field_ids(sandbox: Sandbox, token: str) -> None:
    form = sandbox.info["crm"]["deal"]
    request = crm_models.GetObjectDataRequest(name=form["name"], max_results=100, next_token="")
    head = headers(crm_models.GetObjectDataHeaders, token)
    body = crm.Client(config(sandbox)).get_object_data_with_options(request, head, RuntimeOptions()).body
    first = body.result.values[0]
    assert body.result.has_more and body.result.next_token == "100"
    assert set(first.data) >= {form["fields"][name] for name in ("owner", "amount", "signed_on", "status")}
    assert first.permission.owner_user_ids


def test_a_message_to_a_person(sandbox: Sandbox, token: str) -> None:
    request = robot_models.BatchSendOTORequest(
        robot_code=sandbox.info["robot_code"],
        user_ids=["liming", "nobody"],
        msg_key="sampleText",
        msg_param=json.dumps({"content": "工资条好了"}, ensure_ascii=False),
    )
    head = headers(robot_models.BatchSendOTOHeaders, token)
    body = robot.Client(config(sandbox)).batch_send_otowith_options(request, head, RuntimeOptions()).body
    assert body.invalid_staff_id_list == ["nobody"] and body.process_query_key
    assert sandbox.wait_for("liming", lambda m: m["text"] == "工资条好了")
