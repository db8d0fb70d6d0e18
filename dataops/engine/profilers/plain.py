"""Plainly written numbers, days and times, read from bytes: one cell that is not empty at a time.

What is sure to be one has the value that ``literals`` gives it; all else is told to be DOUBTFUL.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataops.engine.compiled import WORD, Bytes, Words, inlined

# What became of a cell.
READ, ZONED, LONG, DOUBTFUL = range(4)

_ZERO, _MINUS, _PLUS, _POINT, _COLON, _SPACE = (ord(sign) for sign in "0-+.: ")
_CAPITAL_E, _SMALL_E, _T, _Z = (ord(sign) for sign in "EeTZ")
# Up to here whole numbers fit 64 bits, and are numbers, not identifiers, in any notation.
_DIGITS = 18
# Numbers and powers of ten up to here are exact in 64 bits, and so their quotient is rounded once:
# it is the nearest number to the literal (Clinger 1990).
_EXACT = 2**53
_POWERS = 10.0 ** np.arange(23)
# A word of eight bytes; in each of these words all bytes are alike.
_ONES, _TENS = np.uint64(0x0101010101010101), np.uint64(0x7676767676767676)
_TOPS, _ZEROS = np.uint64(0x8080808080808080), np.uint64(0x3030303030303030)
_POINTS = np.uint64(0x2E2E2E2E2E2E2E2E)
_RANKS = np.uint64(0x0706050403020100)
# What becomes zero of these words, and what makes the top bit of each byte that is wrong: above nine where
# there is a digit, above zero where there is a sign.
_MONTH, _MONTH_WRONG = np.uint64(0x2D30302D30303030), np.uint64(0x7F76767F76767676)
_CLOCK, _CLOCK_WRONG = np.uint64(0x30303A30303A3030), np.uint64(0x76767F76767F7676)
_DAY = len("2024-01-01")
# The first day of each month of the years 0 to 9999, and of the one behind them, since 1970.
MONTHS = np.arange("0000-01", "10000-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
_MINUTE_MICROSECONDS, DAY_MICROSECONDS = 60_000_000, 86_400_000_000
_NONE = -(2**62)


@inlined
def plain_whole(data: Bytes, words: Words, begin: int, length: int) -> tuple[int, Any]:
    """12 and -12, up to eighteen digits, without leading zeros."""
    negative = data[begin] == _MINUS
    first, size = begin + negative, length - negative
    value = -1
    if 0 < size <= WORD and first < words.size:
        value = _eight_digits(_aligned(words[first], size))
    elif 0 < size <= _DIGITS:
        value = _number(data, first, size)
    if value >= 0 and (data[first] != _ZERO or length == 1):
        return READ, -value if negative else value
    return DOUBTFUL, np.int64(0)


@inlined
def plain_decimal(data: Bytes, words: Words, begin: int, length: int) -> tuple[int, Any]:
    """12, 1.5, .5, 1. and the same below zero.

    A LONG one is a number too, of so many digits or with an exponent that finding the nearest value
    takes more than this.
    """
    end = begin + length
    negative = data[begin] == _MINUS
    first = begin + negative
    if 1 < end - first <= WORD and first < words.size:
        digits, places = _without_point(words[first], end - first)
        value = _eight_digits(digits)
        if value >= 0 and (data[first] != _ZERO or data[first + 1] == _POINT):
            number = value / _POWERS[places]
            return READ, -number if negative else number
    value, at = _digits(data, first, end, 0)
    whole, places = at - first, 0
    plain = whole <= 1 or data[first] != _ZERO
    if at < end and data[at] == _POINT:
        point = at + 1
        value, at = _digits(data, point, end, value)
        places = at - point
        plain = plain and whole + places > 0
    else:
        plain = plain and 0 < whole <= _DIGITS
    if plain and at == end and whole + places <= _DIGITS and value <= _EXACT:
        number = value / _POWERS[places]
        return READ, -number if negative else number
    return LONG if plain and (at == end or _is_exponent(data, at, end)) else DOUBTFUL, 0.0


@inlined
def plain_day(
    data: Bytes, words: Words, months: NDArray[np.int64], begin: int, length: int
) -> tuple[int, Any]:
    """2024-01-31 as days since 1970; ``months`` are MONTHS."""
    found = _day(data, words, months, begin) if length == _DAY else _NONE
    return READ if found != _NONE else DOUBTFUL, found


@inlined
def plain_time(
    data: Bytes, words: Words, months: NDArray[np.int64], begin: int, length: int
) -> tuple[int, Any]:
    """2024-01-31T10:30:00.5Z, or less of it, as microseconds since 1970 UTC; ``months`` are MONTHS.

    One that names its zone is ZONED.
    """
    at, end = begin, begin + length
    day = _day(data, words, months, at) if length >= _DAY else _NONE
    moment, ahead = 0, 0
    at += _DAY
    if day != _NONE and at < end:
        moment, at = _clock(data, words, at, end)
        if moment != _NONE and at < end:
            ahead = _zone(data, at, end)
    if day == _NONE or moment == _NONE or ahead == _NONE:
        return DOUBTFUL, np.int64(0)
    return ZONED if at < end else READ, day * DAY_MICROSECONDS + moment - ahead * _MINUTE_MICROSECONDS


@inlined
def _aligned(word: np.uint64, length: int) -> np.uint64:
    """The first ``length`` bytes of a word behind as many zeros (the digit) as make eight."""
    half = np.uint64(4 * length)
    return (word << np.uint64(64 - 8 * length)) | ((_ZEROS >> half) >> half)


@inlined
def _eight_digits(word: np.uint64) -> Any:
    """The number that the eight bytes of a word say, -1 if they are not all digits.

    Pairs, fours and eights are put together at once (Mula 2014, Lemire 2018).
    """
    digits = word ^ _ZEROS
    if ((digits + _TENS) | digits) & _TOPS:
        return -1
    digits = (digits * np.uint64(2561)) >> np.uint64(8)
    digits = ((digits & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    digits = ((digits & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001)) >> np.uint64(32)
    return np.int64(digits)


@inlined
def _without_point(word: np.uint64, length: int) -> tuple[np.uint64, Any]:
    """The first ``length`` bytes of a word as ``_aligned``, without the first point among them, and
    how many stand behind that."""
    aligned = _aligned(word, length)
    others = aligned ^ _POINTS
    point = (others - _ONES) & ~others & _TOPS
    if not point:
        return aligned, np.int64(0)
    # The lowest bit alone; the byte it is the top of gives way to those before it.
    point &= ~point + np.uint64(1)
    before = (point >> np.uint64(7)) - np.uint64(1)
    behind = ~((point << np.uint64(1)) - np.uint64(1))
    digits = (aligned & behind) | ((aligned & before) << np.uint64(8)) | np.uint64(_ZERO)
    return digits, np.int64(((point >> np.uint64(7)) * _RANKS) >> np.uint64(56))


@inlined
def _digits(data: Bytes, at: int, end: int, value: int) -> tuple[int, int]:
    """``value`` with the digits from ``at`` on written behind it, and the place where they end."""
    while at < end and _ZERO <= data[at] <= _ZERO + 9:
        value = 10 * value + (data[at] - _ZERO)
        at += 1
    return value, at


@inlined
def _number(data: Bytes, at: int, count: int) -> int:
    """The number that ``count`` digits say, -1 if they are none."""
    value, end = _digits(data, at, at + count, 0)
    return value if end == at + count else -1


@inlined
def _two(data: Bytes, at: int) -> Any:
    """The number that two digits say; far below zero if they are none, also when digits go before it."""
    tens, ones = np.uint8(data[at] - _ZERO), np.uint8(data[at + 1] - _ZERO)
    return np.int64(10) * tens + ones if tens <= 9 and ones <= 9 else -1_000_000


@inlined
def _is_exponent(data: Bytes, at: int, end: int) -> bool:
    """e5, E-10 and the like, up to four digits."""
    if data[at] != _CAPITAL_E and data[at] != _SMALL_E:
        return False
    at += 1
    if at < end and (data[at] == _PLUS or data[at] == _MINUS):
        at += 1
    return 1 <= end - at <= 4 and _number(data, at, end - at) >= 0


@inlined
def _pair(digits: np.uint64, place: int) -> Any:
    """The number that the digits in two bytes of a word say."""
    tens, ones = digits >> np.uint64(8 * place), digits >> np.uint64(8 * place + 8)
    return np.int64(tens & np.uint64(0xFF)) * 10 + np.int64(ones & np.uint64(0xFF))


@inlined
def _day(data: Bytes, words: Words, months: NDArray[np.int64], at: int) -> Any:
    """The day that ten signs say, since 1970, or _NONE."""
    digits = words[at] ^ _MONTH
    if ((digits + _MONTH_WRONG) | digits) & _TOPS:
        return _NONE
    month, day = _pair(digits, 5), _two(data, at + 8)
    place = 12 * (100 * _pair(digits, 0) + _pair(digits, 2)) + month - 1
    if not (1 <= month <= 12 and 1 <= day <= months[place + 1] - months[place]):
        return _NONE
    return months[place] + day - 1


@inlined
def _clock(data: Bytes, words: Words, at: int, end: int) -> tuple[Any, int]:
    """Microseconds since midnight that T10:30:00.5 says, or _NONE, and the place behind it."""
    if end - at < 6 or (data[at] != _T and data[at] != _SPACE):
        return _NONE, at
    at += 1
    if end - at < WORD or data[at + 5] != _COLON:
        hour, minute = _two(data, at), _two(data, at + 3)
        right = data[at + 2] == _COLON and 0 <= hour <= 23 and 0 <= minute <= 59
        return (hour * 60 + minute) * _MINUTE_MICROSECONDS if right else _NONE, at + 5
    digits = words[at] ^ _CLOCK
    hour, minute, second = _pair(digits, 0), _pair(digits, 3), _pair(digits, 6)
    if ((digits + _CLOCK_WRONG) | digits) & _TOPS or hour > 23 or minute > 59 or second > 59:
        return _NONE, at
    at += WORD
    fraction = 0
    if at < end and data[at] == _POINT:
        first = at + 1
        fraction, at = _digits(data, first, min(end, first + 6), 0)
        if at == first:
            return _NONE, at
        for _ in range(6 - (at - first)):
            fraction *= 10
    return (hour * 60 + minute) * _MINUTE_MICROSECONDS + second * 1_000_000 + fraction, at


@inlined
def _zone(data: Bytes, at: int, end: int) -> int:
    """Minutes ahead of UTC that Z, +02, +0200 or +02:00 says, or _NONE."""
    size = end - at
    if size == 1 and data[at] == _Z:
        return 0
    if (data[at] != _PLUS and data[at] != _MINUS) or not (size == 3 or size == 5 or size == 6):
        return _NONE
    if size == 6 and data[at + 3] != _COLON:
        return _NONE
    hours, minutes = _two(data, at + 1), _two(data, end - 2) if size > 3 else 0
    if not (0 <= hours <= 23 and 0 <= minutes <= 59):
        return _NONE
    ahead: int = hours * 60 + minutes
    return ahead if data[at] == _PLUS else -ahead
