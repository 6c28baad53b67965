"""Amounts of money spelt out, as an invoice or an offer needs them: Russian, Polish, English.

Agreement of numbers and nouns follows CLDR's cardinal plural rules
(https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html); scales are the short scale in
Russian and English and the long one in Polish, where 10¹² is ``bilion``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Usage

LIMIT = 10**15
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class Noun(NamedTuple):
    """A counted noun: its forms for one, few and many, and its gender (``m``, ``f`` or ``n``)."""

    one: str
    few: str
    many: str
    gender: str = "m"


class _Language(NamedTuple):
    zero: str
    minus: str
    joint: str
    units: dict[str, tuple[str, ...]]
    teens: tuple[str, ...]
    tens: tuple[str, ...]
    hundreds: tuple[str, ...]
    scales: tuple[Noun, ...]
    form: Callable[[int], int]
    one_agrees: bool = True


def russian_form(number: int) -> int:
    """0, 1 or 2: the form for one, few, many: 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль."""
    tens, ones = number % 100, number % 10
    if ones == 1 and tens != 11:
        return 0
    return 1 if ones in (2, 3, 4) and tens not in (12, 13, 14) else 2


def polish_form(number: int) -> int:
    """0, 1 or 2: the form for one, few, many: 1 złoty, 2 złote, 5 złotych, 12 złotych, 21 złotych."""
    if number == 1:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def english_form(number: int) -> int:
    """0 for one, 2 for anything else."""
    return 0 if number == 1 else 2


def _words(text: str) -> tuple[str, ...]:
    return ("", *text.split())


_RU_UNITS = _words("один два три четыре пять шесть семь восемь девять")
_PL_UNITS = _words("jeden dwa trzy cztery pięć sześć siedem osiem dziewięć")
_EN_UNITS = _words("one two three four five six seven eight nine")

_LANGUAGES = {
    "ru": _Language(
        zero="ноль",
        minus="минус",
        joint=" ",
        units={
            "m": _RU_UNITS,
            "f": ("", "одна", "две", *_RU_UNITS[3:]),
            "n": ("", "одно", *_RU_UNITS[2:]),
        },
        teens=_words(
            "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать "
            "восемнадцать девятнадцать"
        )[1:],
        tens=_words("- двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"),
        hundreds=_words("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"),
        scales=(
            Noun("тысяча", "тысячи", "тысяч", "f"),
            Noun("миллион", "миллиона", "миллионов"),
            Noun("миллиард", "миллиарда", "миллиардов"),
            Noun("триллион", "триллиона", "триллионов"),
        ),
        form=russian_form,
    ),
    "pl": _Language(
        zero="zero",
        minus="minus",
        joint=" ",
        units={
            "m": _PL_UNITS,
            "f": ("", "jedna", "dwie", *_PL_UNITS[3:]),
            "n": ("", "jedno", *_PL_UNITS[2:]),
        },
        teens=_words(
            "dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście siedemnaście "
            "osiemnaście dziewiętnaście"
        )[1:],
        tens=_words(
            "- dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt "
            "osiemdziesiąt dziewięćdziesiąt"
        ),
        hundreds=_words("sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset"),
        scales=(
            Noun("tysiąc", "tysiące", "tysięcy"),
            Noun("milion", "miliony", "milionów"),
            Noun("miliard", "miliardy", "miliardów"),
            Noun("bilion", "biliony", "bilionów"),
        ),
        form=polish_form,
        one_agrees=False,
    ),
    "en": _Language(
        zero="zero",
        minus="minus",
        joint="-",
        units={"m": _EN_UNITS, "f": _EN_UNITS, "n": _EN_UNITS},
        teens=_words("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")[1:],
        tens=_words("- twenty thirty forty fifty sixty seventy eighty ninety"),
        hundreds=tuple(f"{unit} hundred" if unit else "" for unit in _EN_UNITS),
        scales=tuple(Noun(word, word, word) for word in ("thousand", "million", "billion", "trillion")),
        form=english_form,
    ),
}


def _fixed(word: str, gender: str = "m") -> Noun:
    return Noun(word, word, word, gender)


def _regular(word: str) -> Noun:
    return Noun(word, word + "s", word + "s")


_KOPECK_RU = Noun("копейка", "копейки", "копеек", "f")
_KOPECK_PL = Noun("kopiejka", "kopiejki", "kopiejek", "f")
_CENT_RU = Noun("цент", "цента", "центов")
_CENT_PL = Noun("cent", "centy", "centów")

# The main unit and its hundredth, as a document names them.
_NOUNS: dict[str, dict[str, tuple[Noun, Noun]]] = {
    "ru": {
        "RUB": (Noun("рубль", "рубля", "рублей"), _KOPECK_RU),
        "PLN": (Noun("злотый", "злотых", "злотых"), Noun("грош", "гроша", "грошей")),
        "USD": (Noun("доллар США", "доллара США", "долларов США"), _CENT_RU),
        "EUR": (_fixed("евро"), _CENT_RU),
        "BYN": (Noun("белорусский рубль", "белорусских рубля", "белорусских рублей"), _KOPECK_RU),
        "KZT": (_fixed("тенге"), Noun("тиын", "тиына", "тиынов")),
        "UAH": (Noun("гривна", "гривны", "гривен", "f"), _KOPECK_RU),
        "GBP": (
            Noun("фунт стерлингов", "фунта стерлингов", "фунтов стерлингов"),
            Noun("пенс", "пенса", "пенсов"),
        ),
        "CNY": (Noun("юань", "юаня", "юаней"), Noun("фэнь", "фэня", "фэней")),
    },
    "pl": {
        "RUB": (Noun("rubel", "ruble", "rubli"), _KOPECK_PL),
        "PLN": (Noun("złoty", "złote", "złotych"), Noun("grosz", "grosze", "groszy")),
        "USD": (Noun("dolar", "dolary", "dolarów"), _CENT_PL),
        "EUR": (_fixed("euro", "n"), _CENT_PL),
        "BYN": (Noun("rubel białoruski", "ruble białoruskie", "rubli białoruskich"), _KOPECK_PL),
        "KZT": (_fixed("tenge", "n"), Noun("tiyn", "tiyny", "tiynów")),
        "UAH": (Noun("hrywna", "hrywny", "hrywien", "f"), _KOPECK_PL),
        "GBP": (
            Noun("funt szterling", "funty szterlingi", "funtów szterlingów"),
            Noun("pens", "pensy", "pensów"),
        ),
        "CNY": (Noun("juan", "juany", "juanów"), Noun("fen", "feny", "fenów")),
    },
    "en": {
        "RUB": (_regular("ruble"), _regular("kopeck")),
        "PLN": (Noun("zloty", "zlotys", "zlotys"), Noun("grosz", "groszy", "groszy")),
        "USD": (_regular("dollar"), _regular("cent")),
        "EUR": (_regular("euro"), _regular("cent")),
        "BYN": (_regular("Belarusian ruble"), _regular("kopeck")),
        "KZT": (_fixed("tenge"), _fixed("tiyn")),
        "UAH": (_regular("hryvnia"), _regular("kopeck")),
        "GBP": (
            Noun("pound sterling", "pounds sterling", "pounds sterling"),
            Noun("penny", "pence", "pence"),
        ),
        "CNY": (_fixed("yuan"), _fixed("fen")),
    },
}

CURRENCIES = tuple(_NOUNS["en"])
LANGUAGES = tuple(_LANGUAGES)


def in_words(amount: Decimal, currency: str, language: str, minor: str = "words") -> str:
    """Spells an amount of money.

    Args:
        amount: below 10¹⁵ in size; rounded half up to the hundredth; may be negative.
        currency: an ISO 4217 code of ``CURRENCIES``.
        language: ``ru``, ``pl`` or ``en``.
        minor: how kopecks, groszy or cents are written: ``words``, or ``digits`` (``56 копеек``, what Russian
            payment documents ask for).

    Returns:
        Lower-case words, e.g. ``одна тысяча двести рублей пятьдесят шесть копеек``.

    Raises:
        Usage: an unknown currency or language, or an amount that is too large or not a number.
    """
    speech, (main_noun, minor_noun) = _speech(currency, language)
    hundredths = _hundredths(amount)
    main, rest = divmod(abs(hundredths), 100)
    joint = " and " if language == "en" else " "
    tail = f"{rest:02d}" if minor == "digits" else _number(rest, minor_noun.gender, speech)
    sign = speech.minus + " " if hundredths < 0 else ""
    return (
        f"{sign}{_number(main, main_noun.gender, speech)} {_agree(main_noun, main, speech)}"
        f"{joint}{tail} {_agree(minor_noun, rest, speech)}"
    )


def number_in_words(number: int, language: str, gender: str = "m") -> str:
    """Spells a whole number below 10¹⁵; ``gender`` is that of the noun it counts."""
    if language not in _LANGUAGES:
        raise _unknown_language(language)
    speech = _LANGUAGES[language]
    if abs(number) >= LIMIT:
        raise _too_large(str(number))
    return (speech.minus + " " if number < 0 else "") + _number(abs(number), gender, speech)


def _speech(currency: str, language: str) -> tuple[_Language, tuple[Noun, Noun]]:
    if language not in _LANGUAGES:
        raise _unknown_language(language)
    if currency not in _NOUNS[language]:
        raise Usage(
            Message("no words are known for the currency “{currency}”", currency=currency),
            Message("known currencies: {known}", known=", ".join(CURRENCIES)),
        )
    return _LANGUAGES[language], _NOUNS[language][currency]


def _hundredths(amount: Decimal) -> int:
    if not amount.is_finite() or amount.copy_abs() >= LIMIT:
        raise _too_large(str(amount))
    hundredths = int(_EXACT.scaleb(_EXACT.quantize(amount, Decimal("0.01")), 2))
    if abs(hundredths) >= LIMIT * 100:
        raise _too_large(str(amount))
    return hundredths


def _number(number: int, gender: str, speech: _Language) -> str:
    if number == 0:
        return speech.zero
    words = []
    for power in range(len(speech.scales), 0, -1):
        group = number // 1000**power % 1000
        if group:
            scale = speech.scales[power - 1]
            words += [_group(group, scale.gender, speech), _agree(scale, group, speech)]
    if number % 1000:
        words.append(_group(number % 1000, gender, speech, number == 1))
    return " ".join(words)


def _group(number: int, gender: str, speech: _Language, alone: bool = False) -> str:
    """A number below 1000; in Polish a one that ends a longer number does not agree: ``sto jeden hrywien``."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if tens == 1:
        return _join(" ", speech.hundreds[hundreds], speech.teens[ones])
    agreeing = ones != 1 or alone or speech.one_agrees
    unit = speech.units[gender if agreeing else "m"][ones]
    return _join(" ", speech.hundreds[hundreds], _join(speech.joint, speech.tens[tens], unit))


def _join(joint: str, first: str, second: str) -> str:
    return first + joint + second if first and second else first or second


def _agree(noun: Noun, number: int, speech: _Language) -> str:
    return noun[speech.form(number)]


def _unknown_language(language: str) -> Usage:
    return Usage(
        Message("amounts are not spelt in the language “{language}”", language=language),
        Message("languages: {known}", known=", ".join(LANGUAGES)),
    )


def _too_large(amount: str) -> Usage:
    return Usage(
        Message("{amount} cannot be spelt: only amounts up to 999 trillion can", amount=amount),
        Message("check the quantities and prices"),
    )
