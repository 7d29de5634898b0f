"""Values for every fact and block of a document, as a real case would say them."""

_LONG = (
    "经现场核查，经营场所食品处理区面积不足，粗加工、烹饪、餐用具清洗消毒等场所未按照食品安全要求分区布置，"
    "不符合《餐饮服务食品安全操作规范》关于布局流程的要求；申请人提交的平面图与现场情况不一致。"
)
#: One value for each of ``kernel.document.FACTS``.
FACTS = {
    "applicant_name": "安康区渭河餐饮管理有限公司",
    "applicant_id_masked": "91310115MA1K00027T",
    "agent_name": "王小明",
    "case_number": "51019920261123000012",
    "item_name": "食品经营许可（新办）",
    "department_name": "某某区行政审批服务局",
    "centre_name": "某某区政务服务中心",
    "centre_address": "上林二路18号一楼大厅",
    "consult_phone": "028-12345678",
    "complaint_phone": "028-12345",
    "legal_basis": "《中华人民共和国食品安全法》第三十五条、《食品经营许可和备案管理办法》第十条",
    "result_name": "食品经营许可证",
    "reconsideration_body": "某某区人民政府",
    "court": "某某区人民法院",
    "document_number": "某审字〔2026〕第00012号",
    "document_date": "2026年11月23日",
    "clerk_name": "李窗口",
    "signer_name": "赵首席",
    "mandate": "某审授〔2026〕3号",
    "step_name": "经营场所核查",
    "reasons": _LONG,
    "opinion": "申请材料齐全，经营场所布局、设备设施符合要求，建议准予许可。",
    "outcome": "核查通过",
    "ground": "申请不符合法定条件、标准",
    "ground_article": "《中华人民共和国行政许可法》第三十八条第二款",
    "ground_on": "2026年11月1日",
    "competent_organ": "某某市市场监督管理局",
    "days": 10,
    "receiver": "王小明",
    "signed_by": "王小明",
    "compensation": "停业损失人民币三万元，于本决定生效之日起三十日内支付。",
    "barred_for": "1年",
    "false_papers": "是",
    "received_on": "2026年11月2日",
    "supplemented_on": "2026年11月9日",
    "accepted_on": "2026年11月3日",
    "deemed_accepted_on": "2026年11月2日",
    "clock_from_on": "2026年11月3日",
    "decided_on": "2026年11月20日",
    "notice_due_on": "2026年11月9日",
    "supplement_due_on": "2026年11月30日",
    "promised_due_on": "2026年11月17日",
    "statutory_due_on": "2026年12月1日",
    "former_due_on": "2026年11月24日",
    "deferral_due_on": "2026年11月13日",
    "notice_round": 2,
    "repeat_reason": "补正后的平面图显示新增了专间，需要提交专间的设施说明，首次告知时无从发现。",
    "deferred_materials": "经营场所使用证明、设备设施清单",
    "committed_materials": "从业人员健康证明",
    "check_period": "30个工作日",
    "decided_at_once": "是",
    "procedure_kind": "专家评审",
    "expected_end_on": "2026年12月7日",
    "not_counted_by_law": "专家评审",
    "corrected_notice": "特别程序（检测，自2026年11月10日起不计算办理期限）",
    "approver_office": "本行政机关负责人",
    "extension_paragraph": "第一款",
    "visited_on": "2026年11月10日",
    "officers": "孙核查、周核查",
    "notice_from": "2026年11月10日",
    "notice_to": "2026年11月19日",
    "notice_days": "7个工作日",
    "notice_place": "某某区政务服务网、申请地址所在社区公告栏",
    "third_party_name": "某某区上林社区业主委员会",
    "third_party_interest": "拟设经营场所位于居民楼一层，油烟排放直接影响相邻住户的居住环境。",
    "third_parties": "某某区上林社区业主委员会、刘邻居",
    "hearing_parties": "安康区渭河餐饮管理有限公司、某某区上林社区业主委员会",
    "hearing_request_due_on": "2026年11月30日",
    "hearing_requester": "某某区上林社区业主委员会",
    "own_motion_reasons": "该事项涉及公共利益。",
    "hearing_on": "2026年12月10日",
    "hearing_place": "某某区政务服务中心三楼第二会议室，上午9时30分",
    "hearing_chair": "吴法制",
    "former_chair": "郑法制",
    "hearing_attended": "申请人代理人王小明；利害关系人代表刘邻居；审查人员孙核查",
    "hearing_record": "\n".join(
        (
            "主持人：现在宣布听证开始，核对参加人身份，宣布听证纪律，告知申请回避的权利。是否申请回避？",
            "申请人代理人、利害关系人代表：不申请。",
            "审查人员：经核查，申请人的经营场所符合规定的条件，证据有平面图和现场核查记录。",
            "利害关系人代表：油烟管道出口朝向居民窗户，请求不予许可，提交照片三张。",
            "申请人代理人：管道已经改造，出口高于楼顶一点五米，提交检测报告一份。",
            "主持人：双方可以质证和最后陈述。听证结束，请核对笔录后签字。",
        )
    ),
    "method": "邮寄送达",
    "delivered": "准予行政许可决定书（某审许准字〔2026〕第00012号）\n"
    "食品经营许可证（某审证字〔2026〕第00012号）",
    "delivered_on": "2026年11月25日",
    "delivery_place": "上林二路20号",
    "sent_on": "2026年11月23日",
    "tracking": "1234567890123",
    "consent": "王小明于2026年11月2日在申请时同意电子送达",
    "left_behind": "是",
    "announced_on": "2026年11月23日",
    "deemed_delivered_on": "2026年12月23日",
    "certificate_number": "某审证字〔2026〕第00012号",
    "verification_code": "ABCDEFGHJK",
    "valid_from": "2026年11月20日",
    "valid_to": "2031年11月19日",
    "and_result": "，并颁发食品经营许可证",
    "former_name": "食品经营许可证",
    "former_number": "某审证字〔2021〕第00345号",
    "former_valid_to": "2026年12月31日",
    "renewed_by_silence": "是",
    "holder_statement": "承认提交的检验报告系伪造，愿意承担责任。",
    "by_fraud": "是",
    "holder_request": "是",
    "applicant_address": "上林二路20号",
    "checked_on": "2027年1月5日",
    "handling": "核查通过，本次核查结束，记录归档。",
}
_MATERIALS = [f"材料{number}：经营场所平面图、设备布局和操作流程的说明" for number in range(1, 6)]
#: What each block is drawn with.
BLOCKS = {
    "table:materials": [
        "materials",
        {"rows": [{"material": m, "name": "平面图.pdf", "form": "电子文件"} for m in _MATERIALS]},
    ],
    "table:requests": [
        "requests",
        {
            "rows": [
                {
                    "material": material,
                    "wrong": "未标明比例尺和各功能区的面积，粗加工区与烹饪区未分开标示。",
                    "expected": "按照1:100的比例重新绘制，标明各功能区名称和面积，加盖公章。",
                    "basis": "《食品经营许可和备案管理办法》第十二条第一款第三项",
                }
                for material in _MATERIALS
            ]
        },
    ],
    "table:answers": ["answers", {"rows": [("经营面积", "60.50"), ("是否制售冷食", "否")]}],
    "table:holder": [
        "holder",
        {
            "is_person": False,
            "name": FACTS["applicant_name"],
            "code": FACTS["applicant_id_masked"],
            "representative": "张三",
            "address": FACTS["applicant_address"],
            "item": FACTS["item_name"],
            "valid_from": FACTS["valid_from"],
            "valid_to": FACTS["valid_to"],
        },
    ],
    "table:deferred": [
        "deferred",
        {
            "rows": [
                {"material": material, "form": "纸质或者电子文件", "until": "2026年11月13日"}
                for material in _MATERIALS[:2]
            ]
        },
    ],
    "table:commitments": [
        "commitments",
        {"rows": [{"material": "从业人员健康证明", "basis": "《食品安全法》第四十五条"}]},
    ],
    "list:conditions": [
        "conditions",
        {
            "rows": [
                "具有与经营的食品品种、数量相适应的食品原料处理和食品加工、销售、贮存等场所，保持该场所环境整洁；",
                "具有与经营的食品品种、数量相适应的经营设备或者设施；",
                "有专职或者兼职的食品安全总监、食品安全员等食品安全管理人员和保证食品安全的规章制度。",
            ]
        },
    ],
    "qr": ["qr", {"url": "https://centre.example/gov/verify/x", "code": "ABCDEFGHJK"}],
    "remedies": [
        "remedies",
        {"paper": "决定", "body": FACTS["reconsideration_body"], "court": FACTS["court"]},
    ],
    "seal": [
        "signature",
        {
            "organ": FACTS["department_name"],
            "date": FACTS["document_date"],
            "seal": "行政审批专用章",
            "number": "5101990012345",
        },
    ],
}
#: Facts that only some situations have; a text must be whole without them too.
RARE = frozenset(
    """
    false_papers barred_for supplemented_on deemed_accepted_on repeat_reason notice_round
    deferred_materials committed_materials decided_at_once not_counted_by_law third_parties
    hearing_requester former_chair own_motion_reasons tracking consent left_behind announced_on
    sent_on renewed_by_silence by_fraud holder_request compensation competent_organ opinion
    supplement_due_on notice_due_on valid_from valid_to certificate_number
    """.split()
)
