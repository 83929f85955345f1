# Part of _core.pyx: ScalarRecorder and usually: the whole call that records a number.
#
# The method is made by hand, for CPython's quickest way of calling: what Cython makes of a `def` for the stable ABI gets
# its arguments as a tuple, which is made and taken apart again for each call.

cdef extern from "Python.h":
    ctypedef struct PyMethodDef:
        const char* ml_name
        void* ml_meth
        int ml_flags
        const char* ml_doc
    int METH_FASTCALL
    int METH_KEYWORDS
    object PyDescr_NewMethod(type owner, PyMethodDef* definition)
    Py_ssize_t PyTuple_Size(PyObject* items) except -1
    PyObject* PyTuple_GetItem(PyObject* items, Py_ssize_t place) except NULL
    bint PyBool_Check(object value)
    bint PyFloat_CheckExact(object value)
    bint PyLong_CheckExact(object value)
    bint PyUnicode_Check(object value)

cdef enum:
    # From where a warning is given to the line of the program: what is compiled has no frame.
    DEPTH = 2
    # Arguments that the quick way takes.
    QUICK = 4

# Names of arguments in calls are the same objects wherever they are written.
cdef object first_name = sys.intern("tag")
cdef object second_name = sys.intern("scalar_value")
cdef object third_name = sys.intern("global_step")
cdef object fourth_name = sys.intern("walltime")


@cython.auto_pickle(False)
cdef class ScalarRecorder:
    """See ``core.ScalarRecorder``."""

    cdef public ScalarFile _scalar_file


cdef inline bint is_usual(value):
    """Whether a number can be written as it is: a float, a bool, or an int that int64 holds."""
    cdef int overflow = 0
    if PyFloat_CheckExact(value) or type(value) is float64 or PyBool_Check(value):
        return True
    if not PyLong_CheckExact(value):
        return False
    PyLong_AsLongLongAndOverflow(value, &overflow)
    return not overflow


cdef object usual(value):
    """The value as such a number, also where it is the only element of an array or a tensor; else None."""
    if is_usual(value):
        return value
    if isinstance(value, (float, int, list, tuple)):
        return None
    try:
        value = value.item()
    except Exception:
        return None
    return value if is_usual(value) else None


cdef bint sort_arguments(PyObject** arguments, Py_ssize_t count, PyObject* names, PyObject** sorted):
    """Put the arguments in the order of the parameters; False where there are others, or the first two are not there."""
    cdef Py_ssize_t i
    cdef int place
    cdef PyObject* name
    if count > QUICK:
        return False
    for i in range(QUICK):
        sorted[i] = arguments[i] if i < count else NULL
    if names != NULL:
        for i in range(PyTuple_Size(names)):
            name = PyTuple_GetItem(names, i)
            if name == <PyObject*>third_name:
                place = 2
            elif name == <PyObject*>second_name:
                place = 1
            elif name == <PyObject*>fourth_name:
                place = 3
            elif name == <PyObject*>first_name:
                place = 0
            else:
                return False
            if sorted[place] != NULL:
                return False
            sorted[place] = arguments[count + i]
    return sorted[0] != NULL and sorted[1] != NULL


cdef object add_quickly(ScalarFile file, tag, value, PyObject* global_step, PyObject* walltime):
    """Record a number; None, and nothing done, where an argument is not of the usual types. What is to be said."""
    cdef int64_t step = 0
    cdef object time = None
    if not PyUnicode_Check(tag):
        return None
    if walltime != NULL and <object>walltime is not None:
        time = <object>walltime
        if not PyFloat_CheckExact(time):
            return None
    if global_step != NULL and <object>global_step is not None:
        at = usual(<object>global_step)
        if not PyLong_CheckExact(at):
            return None
        step = at
    value = usual(value)
    return None if value is None else file.write_number(tag, value, step, time)


cdef object add_scalar(ScalarRecorder self, PyObject** arguments, Py_ssize_t count, PyObject* names):
    cdef PyObject* sorted[QUICK]
    cdef Py_ssize_t i
    if self._scalar_file is not None and sort_arguments(arguments, count, names, sorted):
        said = add_quickly(self._scalar_file, <object>sorted[0], <object>sorted[1], sorted[2], sorted[3])
        if said is not None:
            if said:
                warn(said, DEPTH)
            return None
    positional = tuple([<object>arguments[i] for i in range(count)])
    named = {}
    if names != NULL:
        for i in range(PyTuple_Size(names)):
            named[<object>PyTuple_GetItem(names, i)] = <object>arguments[count + i]
    return with_checks(self, *positional, **named)


cdef PyMethodDef definition
# What the definition has pointers to.
cdef bytes definition_name
cdef bytes definition_documentation
cdef object with_checks = None


def usually(function not None):
    """See ``core.usually``."""
    global definition_name, definition_documentation, with_checks
    with_checks = function
    definition_name = function.__name__.encode()
    definition_documentation = f"{signature_text(function)}\n--\n\n{function.__doc__}".encode()
    definition.ml_name = definition_name
    definition.ml_meth = <void*>add_scalar
    definition.ml_flags = METH_FASTCALL | METH_KEYWORDS
    definition.ml_doc = definition_documentation
    return PyDescr_NewMethod(ScalarRecorder, &definition)


cdef str signature_text(function):
    """As ``inspect`` reads it in the documentation of what is compiled."""
    code, defaults = function.__code__, function.__defaults__
    names = code.co_varnames[1 : code.co_argcount]
    required = len(names) - len(defaults)
    with_defaults = [f"{name}={default!r}" for name, default in zip(names[required:], defaults)]
    return f"{function.__name__}({', '.join(['$self', *names[:required], *with_defaults])})"
