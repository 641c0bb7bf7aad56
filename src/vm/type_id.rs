//! Names and bases of the built-in types, exceptions included.

macro_rules! type_ids {
    ($($id:ident $name:literal $(: $base:ident)?),* $(,)?) => {
        /// A built-in type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum TypeId { $($id),* }

        impl TypeId {
            /// Every built-in type.
            pub const ALL: &'static [TypeId] = &[$(TypeId::$id),*];

            /// `__name__`
            pub fn name(self) -> &'static str {
                match self { $(TypeId::$id => $name),* }
            }

            /// The base class; `None` for `object`.
            pub fn base(self) -> Option<TypeId> {
                const BASES: &[Option<TypeId>] = &[$(type_ids!(@base $id $($base)?)),*];
                BASES[self as usize]
            }
        }
    };
    (@base Object) => { None };
    (@base $id:ident) => { Some(TypeId::Object) };
    (@base $id:ident $base:ident) => { Some(TypeId::$base) };
}

type_ids! {
    Object "object", Type "type", NoneType "NoneType", NotImplementedType "NotImplementedType",
    Ellipsis "ellipsis", Int "int", Bool "bool": Int, Float "float", Complex "complex", Str "str",
    Bytes "bytes", List "list", Tuple "tuple", Dict "dict", Set "set", FrozenSet "frozenset",
    Range "range", Slice "slice", Function "function", Method "method",
    BuiltinFunction "builtin_function_or_method", MethodDescriptor "method_descriptor",
    SlotWrapper "wrapper_descriptor", MethodWrapper "method-wrapper", GetSetDescriptor "getset_descriptor",
    MemberDescriptor "member_descriptor", UnionType "types.UnionType", GenericAlias "types.GenericAlias", Cell "cell",
    Iterator "iterator", ListIterator "list_iterator", ListReverseIterator "list_reverseiterator",
    TupleIterator "tuple_iterator", StrIterator "str_iterator", StrAsciiIterator "str_ascii_iterator",
    BytesIterator "bytes_iterator", RangeIterator "range_iterator", LongRangeIterator "longrange_iterator",
    DictKeyIterator "dict_keyiterator", DictValueIterator "dict_valueiterator",
    DictItemIterator "dict_itemiterator", DictReverseKeyIterator "dict_reversekeyiterator",
    DictReverseValueIterator "dict_reversevalueiterator", DictReverseItemIterator "dict_reverseitemiterator",
    SetIterator "set_iterator", CallableIterator "callable_iterator",
    Generator "generator", Traceback "traceback", Module "module",
    DictKeys "dict_keys", DictValues "dict_values", DictItems "dict_items",
    TextIoWrapper "_io.TextIOWrapper",
    Enumerate "enumerate", Zip "zip", Map "map", Filter "filter", Reversed "reversed",

    BaseException "BaseException",
    Exception "Exception": BaseException,
    SystemExit "SystemExit": BaseException,
    KeyboardInterrupt "KeyboardInterrupt": BaseException,
    GeneratorExit "GeneratorExit": BaseException,
    BaseExceptionGroup "BaseExceptionGroup": BaseException,
    ExceptionGroup "ExceptionGroup": BaseExceptionGroup,
    StopIteration "StopIteration": Exception,
    StopAsyncIteration "StopAsyncIteration": Exception,
    ArithmeticError "ArithmeticError": Exception,
    FloatingPointError "FloatingPointError": ArithmeticError,
    OverflowError "OverflowError": ArithmeticError,
    ZeroDivisionError "ZeroDivisionError": ArithmeticError,
    AssertionError "AssertionError": Exception,
    AttributeError "AttributeError": Exception,
    BufferError "BufferError": Exception,
    EOFError "EOFError": Exception,
    ImportError "ImportError": Exception,
    ModuleNotFoundError "ModuleNotFoundError": ImportError,
    LookupError "LookupError": Exception,
    IndexError "IndexError": LookupError,
    KeyError "KeyError": LookupError,
    MemoryError "MemoryError": Exception,
    NameError "NameError": Exception,
    UnboundLocalError "UnboundLocalError": NameError,
    OSError "OSError": Exception,
    BlockingIOError "BlockingIOError": OSError,
    ChildProcessError "ChildProcessError": OSError,
    ConnectionError "ConnectionError": OSError,
    BrokenPipeError "BrokenPipeError": ConnectionError,
    ConnectionAbortedError "ConnectionAbortedError": ConnectionError,
    ConnectionRefusedError "ConnectionRefusedError": ConnectionError,
    ConnectionResetError "ConnectionResetError": ConnectionError,
    FileExistsError "FileExistsError": OSError,
    FileNotFoundError "FileNotFoundError": OSError,
    InterruptedError "InterruptedError": OSError,
    IsADirectoryError "IsADirectoryError": OSError,
    NotADirectoryError "NotADirectoryError": OSError,
    PermissionError "PermissionError": OSError,
    ProcessLookupError "ProcessLookupError": OSError,
    TimeoutError "TimeoutError": OSError,
    ReferenceError "ReferenceError": Exception,
    RuntimeError "RuntimeError": Exception,
    NotImplementedError "NotImplementedError": RuntimeError,
    PythonFinalizationError "PythonFinalizationError": RuntimeError,
    RecursionError "RecursionError": RuntimeError,
    SyntaxError "SyntaxError": Exception,
    IndentationError "IndentationError": SyntaxError,
    TabError "TabError": IndentationError,
    SystemError "SystemError": Exception,
    TypeError "TypeError": Exception,
    ValueError "ValueError": Exception,
    UnicodeError "UnicodeError": ValueError,
    UnicodeDecodeError "UnicodeDecodeError": UnicodeError,
    UnicodeEncodeError "UnicodeEncodeError": UnicodeError,
    UnicodeTranslateError "UnicodeTranslateError": UnicodeError,
    JsonDecodeError "JSONDecodeError": ValueError,
    Warning "Warning": Exception,
    BytesWarning "BytesWarning": Warning,
    DeprecationWarning "DeprecationWarning": Warning,
    EncodingWarning "EncodingWarning": Warning,
    FutureWarning "FutureWarning": Warning,
    ImportWarning "ImportWarning": Warning,
    PendingDeprecationWarning "PendingDeprecationWarning": Warning,
    ResourceWarning "ResourceWarning": Warning,
    RuntimeWarning "RuntimeWarning": Warning,
    SyntaxWarning "SyntaxWarning": Warning,
    UnicodeWarning "UnicodeWarning": Warning,
    UserWarning "UserWarning": Warning,
}

impl TypeId {
    /// `issubclass(self, other)`
    pub fn is_subtype_of(self, other: TypeId) -> bool {
        let mut at = Some(self);
        while let Some(ty) = at {
            if ty == other {
                return true;
            }
            at = ty.base();
        }
        // The one built-in class with two bases.
        self == TypeId::ExceptionGroup && other == TypeId::Exception
    }

    /// Whether instances are exceptions.
    pub fn is_exception(self) -> bool {
        self >= TypeId::BaseException
    }

    /// The module that defines it, as `__module__` and tracebacks show it.
    pub fn module(self) -> &'static str {
        match self {
            TypeId::JsonDecodeError => "json.decoder",
            // The names of those without one in the built-ins begin with it.
            ty => ty.name().rsplit_once('.').map_or("builtins", |(module, _)| module),
        }
    }
}
