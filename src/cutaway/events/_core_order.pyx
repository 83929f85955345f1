# Part of _core.pyx: natural_key: what the store sorts names by.

cdef enum:
    # Characters of names for which there is room without asking for any.
    SHORT_NAME = 200
    # A number's count of digits is one character of ASCII.
    MOST_DIGITS = 125


cdef bint is_digit(char character) noexcept nogil:
    return c'0' <= character <= c'9'


cdef size_t end_of_digits(const char* name, size_t at, size_t length) noexcept nogil:
    while at < length and is_digit(name[at]):
        at += 1
    return at


cdef Py_ssize_t write_key(const char* name, size_t length, char* key) noexcept nogil:
    """Write the key of a name of ASCII, of at most `6 * length + 3` characters; how many there are, -1 for a name with a
    number of very many digits."""
    cdef size_t at = 0, out = 0, end, fraction_end
    while at < length:
        if not is_digit(name[at]):
            key[out] = name[at] + 32 if c'A' <= name[at] <= c'Z' else name[at]
            out += 1
            if name[at] == 0:
                key[out] = 1
                out += 1
            at += 1
            continue
        end = end_of_digits(name, at, length)
        fraction_end = end
        if end < length and name[end] == c'.' and not (at and name[at - 1] == c'.'):
            fraction_end = end_of_digits(name, end + 1, length)
            if fraction_end == end + 1 or (fraction_end < length and name[fraction_end] == c'.'):
                fraction_end = end
        while at < end and name[at] == c'0':
            at += 1
        if end - at > MOST_DIGITS:
            return -1
        key[out] = key[out + 1] = 0
        key[out + 2] = <char>(end - at + 1)
        out += 3
        memcpy(key + out, name + at, end - at)
        out += end - at
        if fraction_end > end:
            memcpy(key + out, name + end + 1, fraction_end - end - 1)
            out += fraction_end - end - 1
        key[out] = 0
        out += 1
        at = fraction_end
    memset(key + out, 0, 3)
    memcpy(key + out + 3, name, length)
    return <Py_ssize_t>(out + 3 + length)


def natural_key(str name not None):
    """See ``core.natural_key``."""
    cdef char short[6 * SHORT_NAME + 3]
    cdef char* key = short
    cdef Py_ssize_t length, written = -1
    cdef const char* text
    if name.isascii():
        text = PyUnicode_AsUTF8AndSize(name, &length)
        if length > SHORT_NAME:
            key = <char*>malloc(6 * length + 3)
            if key == NULL:
                raise MemoryError
        try:
            written = write_key(text, length, key)
            if written >= 0:
                return PyUnicode_DecodeUTF8(key, written, NULL)
        finally:
            if key != short:
                free(key)
    from cutaway.events._pure_order import natural_key as of_any

    return of_any(name)
