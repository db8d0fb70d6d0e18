"""What people may use in SQL: everything not listed here is refused.

The names are those of sqlglot's node classes in lower case, which are close to the SQL ones, and
for functions sqlglot has no class for, the functions' own.
"""

_OPERATORS = """
    column identifier literal boolean null paren tuple rawstring
    and or not is in between eq neq gt gte lt lte nullsafeeq nullsafeneq
    like ilike similarto glob escape collate
    add sub mul div intdiv mod neg dpipe case if cast trycast datatype datatypeparam interval var attimezone
"""

# No function that makes much of little (repeat, lpad, range), reads settings or files, waits, or
# answers differently each time.
_FUNCTIONS = """
    abs ceil exp floor greatest isinf isnan least ln log pow round sign sqrt trunc pi sin cos tan
    gcd isfinite
    ascii bitlength chr concat concatws contains endswith initcap jarowinklersimilarity left length
    levenshtein lower md5 regexpextract regexpfullmatch regexplike regexpreplace replace reverse right
    splitpart startswith strposition substring translate trim unicode upper
    prefix strip_accents strlen suffix
    coalesce nullif typeof
    dateadd datediff datefromparts day dayname dayofweek dayofweekiso dayofyear extract hour lastday
    minute month monthname quarter second strtotime timestampfromparts timestamptrunc timetostr
    timetounix unixtotime week year
    age date_part date_sub try_strptime weekday
"""

_AGGREGATES = """
    anyvalue approxdistinct approxquantile argmax argmin avg corr count countif covarpop kurtosis
    logicaland logicalor max median min mode percentilecont percentiledisc skewness stddev stddevpop
    stddevsamp sum variance variancepop
    entropy mad
    cumedist denserank firstvalue lag lastvalue lead nthvalue ntile percentrank rank rownumber
"""

_CLAUSES = """
    select from where group having qualify order ordered limit offset distinct
    join with cte subquery exists any all union intersect except
    table tablealias alias star filter withingroup window windowspec
"""

# Of a query; a condition looks at one row.
IN_QUERIES = frozenset(f"{_OPERATORS} {_FUNCTIONS} {_AGGREGATES} {_CLAUSES}".split())
IN_CONDITIONS = frozenset(f"{_OPERATORS} {_FUNCTIONS}".split())

# Expressions that are true or false by themselves.
_TRUTHS = """
    and or not is in between eq neq gt gte lt lte nullsafeeq nullsafeneq like ilike similarto glob boolean
    regexplike regexpfullmatch contains startswith endswith isnan isinf isfinite prefix suffix
    column case if coalesce cast trycast
"""
TRUTHS = frozenset(_TRUTHS.split())
