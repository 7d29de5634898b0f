"""Verifies the archive of a closed case offline (验证归档包): Python 3.10 and nothing else.

    python3 verify.py ARCHIVE.zip [--digest DIGEST]

Every archive carries this file and the modules in ``kernel`` that it needs, byte for byte.  The
rules are in ``kernel/archive.py``; here they only meet a file and a screen.
"""

import argparse
import sys

#: The sentences of the findings in Chinese; in English they stand beside the rules.
CHINESE = {
    "archive.not_a_zip": "该文件不是归档包：开头不是 ZIP 文件。请选择从中心导出的文件。",
    "archive.too_large": "该文件超过归档包的最大容量（%(limit)s MB），未读取。",
    "archive.too_many": "该文件的条目超过 %(limit)s 个，未读取。",
    "archive.packed_anew": "从第 %(position)s 字节起，该文件与中心写成的归档包不符："
    "被修改、截断或者重新打包。请使用导出的原件。",
    "archive.entry_name": "条目 %(entry)s 的名称不是归档包应有的名称，请勿解压该文件。",
    "archive.entry_twice": "条目 %(entry)s 重复出现，请勿解压该文件。",
    "archive.entry_sum": "条目 %(entry)s 的内容与校验和不符：内容被修改。",
    "archive.other_digest": "该文件的摘要值是 %(found)s，登记的是 %(expected)s："
    "不是同一份文件，或者被修改。",
    "archive.other_schema": "归档包的格式“%(schema)s”无法识别，请使用更新版本的 verify.py。",
    "archive.entry_missing": "缺少条目 %(entry)s。",
    "archive.entry_unknown": "条目 %(entry)s 不在归档包的清单上。",
    "archive.entry_changed": "条目 %(entry)s 与归档包清单上的不符：被修改或者调换。",
    "archive.entry_order": "条目的顺序与归档包的清单不符，第一个不符的是 %(entry)s。",
    "archive.unreadable": "条目 %(entry)s 无法作为归档记录读取。",
    "archive.no_events": "归档包没有办理记录，不能证明任何内容。",
    "archive.other_case": "第 %(sequence)s 条记录属于另一个办件。",
    "archive.other_place": "第 %(sequence)s 条记录自身写明的序号与所在位置不符。",
    "archive.other_facts": "条目 %(entry)s 所述的办件情况与 %(other)s 不一致。",
    "archive.other_definition": "事项版本与记录写明的不符：被修改或者调换。",
    "archive.document_list": "文书目录与办理记录出具的文书不符，第一处不符在第 %(place)s 行。",
    "archive.document_changed": "文书 %(number)s 的内容与第 %(sequence)s 条记录中的摘要值不符。",
    "archive.pdf_changed": "文书 %(number)s 的文件不是当时打印的那一份。",
    "archive.material_list": "材料目录与办理记录收到的材料不符，第一处不符在第 %(place)s 行。",
    "archive.material_changed": "材料“%(name)s”不是第 %(sequence)s 条记录收到的文件。",
    "chain.algorithm_missing": "本机的 OpenSSL 不支持 %(algorithm)s，"
    "请选择其他摘要算法或者更换 OpenSSL。",
    "chain.broken_sequence": "应为第 %(expected)s 条记录的位置出现了第 %(sequence)s 条："
    "有记录被删除、插入或者移动。",
    "chain.broken_previous": "第 %(sequence)s 条记录与前一条不衔接："
    "其中有记录被修改、删除或者调换。",
    "chain.broken_digest": "第 %(sequence)s 条记录的内容与摘要值不符：记录事后被修改。",
    "chain.broken_body": "第 %(sequence)s 条记录的内容无法读取。",
    "chain.broken_algorithm": "第 %(sequence)s 条记录使用的摘要算法无法识别。",
    "chain.broken_head": "记录止于第 %(sequence)s 条，与另行登记的末条不符："
    "末尾的记录被删除、添加或者改写。",
}
_SHOWN = 50  # findings told one by one


def main(argv=None):
    """Verify one file and say what was found; 0 if all of it holds, 1 otherwise."""
    parser = argparse.ArgumentParser(description="验证归档包 / Verify the archive of a closed case")
    parser.add_argument("archive", help="归档包（.zip）/ the archive")
    parser.add_argument(
        "--digest", help="中心登记的摘要值 / the digest that the centre recorded for the whole file"
    )
    arguments = parser.parse_args(argv)
    if sys.version_info < (3, 10):  # noqa: UP036 - runs where this project is not
        print("需要 Python 3.10 或以上版本。/ Python 3.10 or newer is needed.")
        return 1
    from kernel import archive

    try:
        with open(arguments.archive, "rb") as file:
            content = file.read(archive.MAX_BYTES + 1)
    except OSError as error:
        print(f"无法读取文件 / The file cannot be read: {error.strerror}: {arguments.archive}")
        return 1
    digest = (arguments.digest or "").strip().lower() or None
    findings = archive.verify(content, digest)
    for finding in findings[:_SHOWN]:
        print(f"✗ {CHINESE[finding.code] % finding.params}")
        print(f"  {archive.SENTENCES[finding.code] % finding.params}")
    if findings:
        print(f"验证不通过，发现 {len(findings)} 处问题。")
        print(f"Not verified: {len(findings)} finding(s).")
        return 1
    print(f"SHA-256 {archive.sha256(content)}")
    print("验证通过：归档包完整，各部分相互一致。")
    print("Verified: the archive is complete and its parts belong together.")
    if digest is None:
        print("未核对登记的摘要值：全部重新编造的归档包只有用 --digest 才能发现。")
        print("The recorded digest was not compared: only --digest shows an archive made up anew.")
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a screen without Chinese still shows the English
    sys.exit(main())
