#!/usr/bin/env python3
"""Recompute a published KIKS result, with nothing but this file, the published files and Python 3.10 or newer.

    python3 periksa_kiks.py FOLDER-OR-FILES...

Reads every .json and .jsonl it is given: bundles of rounds and of the final (formats kiks-round/1 and kiks-final/1),
the published placings (kiks-result/1), the anchors (kiks-anchors/1) and an audit chain (one event a line). It prints
the rankings it computed and what agrees, and stops with the first broken rule: exit 0 when everything agrees, 1 when
a rule is broken, 2 when there is nothing to check. It shares no line with the program that made the files.
"""

import hashlib
import json
import re
import sys
from fractions import Fraction
from pathlib import Path

DECIMAL = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
CODE = re.compile(r"[^\s,]+")
ROUND = "format edition category decimals cutoff tie_breakers round instruments entries sheets"
FINAL = "format edition category decimals cutoff tie_breakers rounds"


class BrokenRuleError(Exception):
    """The first rule that does not hold; the message says where, and which."""


def demand(holds, place, rule):
    if not holds:
        raise BrokenRuleError(f"{place}: {rule}")


# Reading ------------------------------------------------------------------------------------------------------------


def once(pairs):
    found = dict(pairs)
    demand(len(found) == len(pairs), "berkas", "satu kunci ditulis dua kali")
    return found


def no_number(text):
    raise BrokenRuleError(f"berkas: angka {text[:40]} tidak boleh ada, desimal ditulis sebagai teks")


def read_json(text):
    demand(not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text), "berkas", "bukan teks UTF-8 yang sah")
    try:
        value = json.loads(text, object_pairs_hook=once, parse_float=no_number, parse_constant=no_number)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BrokenRuleError(f"berkas: bukan JSON yang sah ({error})") from None
    return value


def obj(value, place, required, optional=""):
    demand(type(value) is dict, place, "harus objek")
    for key in required.split():
        demand(key in value, f"{place}.{key}", "kunci wajib belum ada")
    for key in value:
        demand(key in required.split() + optional.split(), f"{place}.{key}", "kunci tidak dikenal")
    return value


def rows(value, place):
    demand(type(value) is list, place, "harus daftar")
    return [(item, f"{place}[{index}]") for index, item in enumerate(value)]


def text(value, place):
    demand(type(value) is str, place, "harus teks")
    return value


def code(value, place, known=None):
    demand(CODE.fullmatch(text(value, place)), place, "bukan kode yang sah")
    demand(known is None or value not in known, place, "sudah dipakai")
    return value


def dotless(value, place, known):
    demand("." not in text(value, place), place, "kode tidak boleh memuat titik")
    return code(value, place, known)


def decimal(value, place):
    demand(len(text(value, place)) <= 100 and DECIMAL.fullmatch(value), place, "bukan desimal yang sah")
    return Fraction(value)


def whole(value, place, most):
    demand(type(value) is int and 0 <= value <= most, place, f"harus bilangan bulat 0 sampai {most}")
    return value


# Numbers ------------------------------------------------------------------------------------------------------------


def half_up(value, decimals):
    """The exact value as a whole number of units of 10**-decimals, halves upwards."""
    return int(value * 10**decimals + Fraction(1, 2))


def printed(units, decimals):
    digits = str(units).zfill(decimals + 1)
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def canonical(mark):
    return mark.rstrip("0").rstrip(".") if "." in mark else mark


def sha256(words):
    return hashlib.sha256(words.encode()).hexdigest()


def receipt_of(bundle, sheet):
    facts = {key: sheet[key] for key in ("entry", "judge", "instrument", "nonce")}
    marks = {key: canonical(mark) for key, mark in sheet["marks"].items()}
    facts |= {"edition": bundle["edition"], "round": bundle["round"], "marks": marks}
    return sha256(json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


# A round ------------------------------------------------------------------------------------------------------------


def check_common(bundle):
    code(bundle["edition"], "edition")
    demand(bundle["category"] is None or type(bundle["category"]) is str, "category", "harus teks atau null")
    whole(bundle["decimals"], "decimals", 20)
    if bundle["cutoff"] is not None:
        whole(bundle["cutoff"], "cutoff", 10**9)


def check_hundred(shares, place):
    demand(sum(shares) == 100, place, "harus berjumlah tepat 100")


def read_instruments(bundle):
    """Weight, maximum and step by instrument and criterion; shares by instrument."""
    criteria, shares = {}, {}
    for instrument, place in rows(bundle["instruments"], "instruments"):
        obj(instrument, place, "code name share criteria")
        text(instrument["name"], f"{place}.name")
        found = {}
        for criterion, here in rows(instrument["criteria"], f"{place}.criteria"):
            obj(criterion, here, "code name weight max", "step")
            text(criterion["name"], f"{here}.name")
            weight, most = decimal(criterion["weight"], f"{here}.weight"), decimal(criterion["max"], f"{here}.max")
            step = decimal(criterion["step"], f"{here}.step") if "step" in criterion else None
            demand(most > 0 and (step is None or step > 0), here, "max dan step harus lebih besar dari 0")
            found[dotless(criterion["code"], f"{here}.code", found)] = (weight, most, step)
        check_hundred([weight for weight, _, _ in found.values()], f"{place}.criteria")
        name = dotless(instrument["code"], f"{place}.code", criteria)
        criteria[name], shares[name] = found, decimal(instrument["share"], f"{place}.share")
    check_hundred(shares.values(), "instruments")
    return criteria, shares


def read_sheet(sheet, place, criteria, entries):
    obj(sheet, place, "judge entry instrument counted marks", "why receipt nonce")
    code(sheet["judge"], f"{place}.judge")
    demand(text(sheet["entry"], f"{place}.entry") in entries, f"{place}.entry", "usulan tidak ada dalam berkas")
    known = criteria.get(text(sheet["instrument"], f"{place}.instrument"))
    demand(known is not None, f"{place}.instrument", "instrumen tidak ada dalam berkas")
    demand(type(sheet["counted"]) is bool, f"{place}.counted", "harus true atau false")
    for key in ("why", "receipt", "nonce"):
        text(sheet.get(key, ""), f"{place}.{key}")
    if sheet["counted"]:
        demand("why" not in sheet and sheet.get("receipt"), place, "lembar yang dihitung bertanda terima, tanpa alasan")
    else:
        demand(sheet.get("why") in ("recused", "released"), f"{place}.why", "alasan tidak dikenal")
    demand(type(sheet["marks"]) is dict, f"{place}.marks", "harus objek")
    for name, mark in sheet["marks"].items():
        here = f"{place}.marks.{name}"
        demand(name in known, here, "kriteria tidak dikenal")
        value, (_, most, step) = decimal(mark, here), known[name]
        demand(value <= most, here, "nilai melebihi maksimum")
        demand(step is None or value % step == 0, here, "nilai bukan kelipatan yang ditentukan")
    demand(not sheet["counted"] or sheet["marks"].keys() == known.keys(), f"{place}.marks", "nilai belum ada")


def read_round(bundle):
    obj(bundle, "berkas", ROUND, "settled_ties withdrawn")
    check_common(bundle)
    code(bundle["round"], "round")
    criteria, shares = read_instruments(bundle)
    entries = set()
    for entry, place in rows(bundle["entries"], "entries"):
        obj(entry, place, "number title")
        text(entry["title"], f"{place}.title")
        entries.add(code(entry["number"], f"{place}.number", entries))
    demand(entries, "entries", "belum ada usulan")
    seen, counted = set(), {number: {} for number in entries}
    for sheet, place in rows(bundle["sheets"], "sheets"):
        read_sheet(sheet, place, criteria, entries)
        whose = sheet["judge"], sheet["entry"], sheet["instrument"]
        demand(whose not in seen, place, "lembar kedua untuk juri, usulan dan instrumen yang sama")
        seen.add(whose)
        if sheet["counted"]:
            counted[sheet["entry"]].setdefault(sheet["judge"], {})[sheet["instrument"]] = sheet["marks"]
    for number in sorted(entries):
        demand(counted[number], f"usulan {number}", "belum memiliki lembar yang dihitung")
        for judge, given in sorted(counted[number].items()):
            demand(given.keys() == criteria.keys(), f"usulan {number}, {judge}", "lembar instrumen lain belum ada")
    names = {f"{name}.{criterion}" for name, found in criteria.items() for criterion in found}
    return {"criteria": criteria, "shares": shares, "counted": counted, "names": names, "entries": entries}


def round_figures(bundle, facts):
    """(score, tie values, details) by entry number, figures as whole numbers of the last printed digit."""
    decimals, criteria, shares, figures = bundle["decimals"], facts["criteria"], facts["shares"], {}
    for number, judges in facts["counted"].items():
        sheet = {
            (judge, name): sum(
                Fraction(mark) * criteria[name][key][0] / criteria[name][key][1] for key, mark in m.items()
            )
            for judge, given in judges.items()
            for name, m in given.items()
        }
        mean = {name: sum(sheet[judge, name] for judge in judges) / len(judges) for name in shares}
        blend = {judge: sum(shares[name] / 100 * sheet[judge, name] for name in shares) for judge in judges}
        ties = []
        for breaker in bundle["tie_breakers"]:
            name, key = breaker.split(".")
            given = [100 * Fraction(judges[judge][name][key]) / criteria[name][key][1] for judge in judges]
            ties.append(half_up(sum(given) / len(given), decimals))
        score = half_up(sum(shares[name] / 100 * mean[name] for name in shares), decimals)
        details = {
            "judges": len(judges),
            "per_instrument": {name: printed(half_up(value, decimals), decimals) for name, value in mean.items()},
            "per_judge": {judge: printed(half_up(value, decimals), decimals) for judge, value in blend.items()},
        }
        figures[number] = (score, tuple(ties), details)
    return figures


# The final ----------------------------------------------------------------------------------------------------------


def read_final(bundle):
    obj(bundle, "berkas", FINAL, "settled_ties withdrawn")
    check_common(bundle)
    rounds, decimals = {}, bundle["decimals"]
    for round_, place in rows(bundle["rounds"], "rounds"):
        obj(round_, place, "code share scores")
        share = decimal(round_["share"], f"{place}.share")
        demand(type(round_["scores"]) is dict, f"{place}.scores", "harus objek")
        for number, score in round_["scores"].items():
            here = f"{place}.scores.{number}"
            code(number, here)
            demand(0 <= decimal(score, here) <= 100, here, "nilai melebihi 100")
            demand(len(score.partition(".")[2]) == decimals, here, f"harus memuat {decimals} angka desimal")
        rounds[code(round_["code"], f"{place}.code", rounds)] = (share, round_["scores"])
    check_hundred([share for share, _ in rounds.values()], "rounds")
    entries = {number for _, scores in rounds.values() for number in scores}
    demand(entries, "rounds", "belum ada usulan")
    for name, (_, scores) in rounds.items():
        demand(scores.keys() == entries, f"babak {name}", "usulan tidak sama dengan babak lain")
    return {"rounds": rounds, "names": set(rounds), "entries": entries}


def final_figures(bundle, facts):
    decimals, rounds, figures = bundle["decimals"], facts["rounds"], {}
    for number in facts["entries"]:
        score = sum(share / 100 * Fraction(scores[number]) for share, scores in rounds.values())
        ties = tuple(half_up(Fraction(rounds[name][1][number]), decimals) for name in bundle["tie_breakers"])
        details = {"per_round": {name: scores[number] for name, (_, scores) in rounds.items()}}
        figures[number] = (half_up(score, decimals), ties, details)
    return figures


# Order --------------------------------------------------------------------------------------------------------------


def check_endings(bundle, facts):
    """Tie-breakers, settled ties and withdrawals name what there is, each once."""
    for index, name in enumerate(bundle["tie_breakers"] if type(bundle["tie_breakers"]) is list else [None]):
        place = f"tie_breakers[{index}]"
        demand(text(name, place) in facts["names"], place, "tidak dikenal")
        demand(name not in bundle["tie_breakers"][:index], place, "sudah disebut")
    seen = set()
    for tie, place in rows(bundle.get("settled_ties", []), "settled_ties"):
        obj(tie, place, "order by reason")
        text(tie["by"], f"{place}.by")
        text(tie["reason"], f"{place}.reason")
        for number, here in rows(tie["order"], f"{place}.order"):
            demand(
                text(number, here) in facts["entries"] and number not in seen, here, "bukan usulan, atau sudah disebut"
            )
            seen.add(number)
    gone = set()
    for row, place in rows(bundle.get("withdrawn", []), "withdrawn"):
        obj(row, place, "entry why")
        text(row["why"], f"{place}.why")
        gone.add(code(row["entry"], f"{place}.entry", gone))
        demand(row["entry"] not in facts["entries"], f"{place}.entry", "ditarik, tetapi masih ikut dinilai")


def rank(bundle):
    """The result of a bundle: placings and open ties, as the rules print them; raises BrokenRuleError."""
    demand(type(bundle) is dict, "berkas", "harus objek")
    if bundle.get("format") == "kiks-round/1":
        facts = read_round(bundle)
        check_endings(bundle, facts)
        return order(bundle, round_figures(bundle, facts))
    demand(bundle.get("format") == "kiks-final/1", "format", "tidak dikenal")
    facts = read_final(bundle)
    check_endings(bundle, facts)
    return order(bundle, final_figures(bundle, facts))


def order(bundle, figures):
    equal = {}
    for number in sorted(figures):
        equal.setdefault(figures[number][:2], []).append(number)
    settled = {tuple(sorted(tie["order"])): tie["order"] for tie in bundle.get("settled_ties", [])}
    groups = []
    for key in sorted(equal, reverse=True):
        wanted = settled.pop(tuple(equal[key]), None) if len(equal[key]) > 1 else None
        groups += [[number] for number in wanted] if wanted else [equal[key]]
    demand(not settled, "settled_ties", "harus menyebut tepat satu kelompok yang masih seri")
    placings, cutoff = [], bundle["cutoff"]
    for group in groups:
        position = len(placings) + 1
        advances = cutoff is not None and position <= cutoff
        if advances and position + len(group) - 1 > cutoff:
            advances = None
        for number in group:
            score, _, details = figures[number]
            placing = {"entry": number, "score": printed(score, bundle["decimals"]), "position": position}
            placings.append(placing | {"tied": len(group) > 1, "advances": advances} | details)
    return {"placings": placings, "open_ties": [group for group in groups if len(group) > 1]}


# What the files say of one another ----------------------------------------------------------------------------------


def check_receipts(bundle):
    """How many receipts follow from marks and nonce; raises BrokenRuleError at the first that does not."""
    count = 0
    for index, sheet in enumerate(bundle["sheets"]):
        if "receipt" in sheet and "nonce" in sheet:
            place = f"sheets[{index}] ({sheet['judge']}, usulan {sheet['entry']}, {sheet['instrument']})"
            demand(receipt_of(bundle, sheet) == sheet["receipt"], place, "tanda terima tidak sesuai dengan nilai")
            count += 1
    return count


def locked_digest(bundles):
    """The digest that was published when the sheets were locked, from all bundles of one round."""
    sheets = [sheet for bundle in bundles for sheet in bundle["sheets"]]
    keys = ("judge", "entry", "instrument")
    lines = [",".join([*[sheet[key] for key in keys], sheet.get("receipt", "")]) + "\n" for sheet in sheets]
    return sha256("".join(sorted(lines)))


def check_final_against_rounds(final, results):
    """The scores that enter the final are those that the rounds' own bundles give."""
    for round_ in final["rounds"]:
        found = results.get((round_["code"], final["category"])) or results.get((round_["code"], None))
        for number, score in round_["scores"].items() if found else []:
            place = f"final, babak {round_['code']}, usulan {number}"
            demand(found.get(number) == score, place, f"tertulis {score}, berkas babak memberi {found.get(number)}")


def check_chain(lines, anchors):
    """Walk the chain from its beginning; every anchor must name the head that stands at its place."""
    previous, heads = "0" * 64, {}
    for number, line in enumerate(filter(str.strip, lines), 1):
        event = json.loads(line)
        place = f"rantai, peristiwa {number}"
        demand(event["sequence"] == number, place, f"nomor {event['sequence']}: ada yang hilang")
        demand(event["previous_hash"] == previous, place, "tidak menyambung ke peristiwa sebelumnya")
        demand(sha256(previous + event["body"]) == event["hash"], place, "isinya berubah setelah dicatat")
        previous = heads[number] = event["hash"]
    for anchor in anchors:
        demand(
            heads.get(anchor["sequence"]) == anchor["head"],
            f"jangkar {anchor['sequence']}",
            "tidak cocok dengan rantai",
        )
    return len(heads)


# The command --------------------------------------------------------------------------------------------------------


def given_files(arguments):
    for argument in map(Path, arguments):
        yield from (
            sorted(path for path in argument.rglob("*") if path.suffix in (".json", ".jsonl"))
            if argument.is_dir()
            else [argument]
        )


def check_bundles(bundles, say):
    """Rank every bundle; the results by (round, category), the locked digests by round."""
    scores, rounds, results = {}, {}, []
    for name, bundle in bundles:
        result = rank(bundle)
        results.append((bundle, result))
        say(f"{name}: {len(result['placings'])} usulan diperingkat")
        if bundle["format"] == "kiks-round/1":
            say(f"  {check_receipts(bundle)} tanda terima sesuai dengan nilainya")
            scores[bundle["round"], bundle["category"]] = {row["entry"]: row["score"] for row in result["placings"]}
            rounds.setdefault(bundle["round"], []).append(bundle)
        for row in result["placings"]:
            say(f"  {row['position']:>3}. {row['entry']}  {row['score']}{'  seri' if row['tied'] else ''}")
    for bundle, _ in results:
        if bundle["format"] == "kiks-final/1":
            check_final_against_rounds(bundle, scores)
            say("final: nilai babak sama dengan berkas babaknya")
    return results, {name: locked_digest(found) for name, found in rounds.items()}


def check_published(published, results, say):
    """What the site printed is what the bundles give."""
    for row in published["rankings"]:
        code_, category = row["round"], row["category"]
        found = [r for b, r in results if (b.get("round", "final"), b["category"]) == (code_, category)]
        demand(found, f"hasil terbit, {code_}", "berkas perhitungannya tidak ada")
        demand(found[0] == row["result"], f"hasil terbit, {code_}", "berbeda dari hasil hitung ulang")
    say(f"hasil terbit: {len(published['rankings'])} peringkat sama dengan hasil hitung ulang")


def check_anchors(anchors, chains, digests, say):
    for round_, digest in anchors.get("locked", {}).items():
        if round_ in digests:
            demand(digests[round_] == digest, f"babak {round_}", "sidik jari lembar terkunci tidak cocok")
            say(f"babak {round_}: sidik jari lembar terkunci sama dengan yang diumumkan sebelum ada nilai")
    for lines in chains:
        say(f"rantai audit: {check_chain(lines, anchors.get('anchors', []))} peristiwa utuh, semua jangkar cocok")


def main(arguments, say=print):
    bundles, published, anchors, chains = [], [], {}, []
    try:
        for path in given_files(arguments):
            try:
                words = path.read_bytes().decode()
            except UnicodeDecodeError:
                raise BrokenRuleError(f"{path.name}: bukan teks UTF-8 yang sah") from None
            if path.suffix == ".jsonl":
                chains.append(words.splitlines())
                continue
            value = read_json(words)
            kind = value.get("format") if type(value) is dict else None
            if kind == "kiks-result/1":
                published.append(value)
            elif kind == "kiks-anchors/1":
                anchors = value
            else:
                bundles.append((path.name, value))
        if not bundles:
            say("Tidak ada berkas perhitungan untuk diperiksa. Sebut folder atau berkasnya.")
            return 2
        results, digests = check_bundles(bundles, say)
        for value in published:
            check_published(value, results, say)
        check_anchors(anchors, chains, digests, say)
    except BrokenRuleError as broken:
        say(f"ATURAN DILANGGAR. {broken}")
        return 1
    say("Semua cocok.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
