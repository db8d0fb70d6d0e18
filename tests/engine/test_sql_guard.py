"""SQL that people write: what is read, and what is refused, with the place of it."""

import pytest
from sqlglot import exp

from dataops.engine.errors import InvalidPlan
from dataops.engine.sql import bind_tables, column, literal, parse_condition, parse_query

COLUMNS = ("id", "amount", "Land", "total sum", "a", "A")
TABLES = {"data": COLUMNS, "countries": ("code", "name")}

CONDITIONS = {
    "amount > 3": '"amount" > 3',
    "LAND in ('DE', 'FR') and amount is not null": "\"Land\" IN ('DE', 'FR') AND NOT \"amount\" IS NULL",
    '"total sum" between 1 and 2 or not id = 4;': '"total sum" BETWEEN 1 AND 2 OR NOT "id" = 4',
    "lower(land) like 'd%' -- only Germany": "LOWER(\"Land\") LIKE 'd%'",
    "case when amount > 0 then true else false end": 'CASE WHEN "amount" > 0 THEN TRUE ELSE FALSE END',
    "regexp_matches(land, '^D')": "REGEXP_MATCHES(\"Land\", '^D')",
    "try_cast(land as integer) is null": 'TRY_CAST("Land" AS INT) IS NULL',
}


@pytest.mark.parametrize("text", CONDITIONS)
def test_conditions_are_read_with_the_exact_names_of_columns(text):
    assert parse_condition(text, COLUMNS).sql("duckdb") == CONDITIONS[text]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (" -- nothing", "empty"),
        ("amount >", "line 1"),
        ("amount > 3; drop table data", "line 1, column 11: a second statement"),
        (
            "amuont > 3",
            "line 1, column 1: there is no column amuont; did you mean amount.; known: id, am",
        ),
        ("amount > 3\n and foo = 1", "line 2, column 6: there is no column foo"),
        ("amount + 1", "true or false"),
        ("'yes'", "true or false"),
        ("(select 1)", "SELECT is not allowed|SUBQUERY is not allowed"),
        ("amount in (select amount from data)", "not allowed in a condition"),
        ("exists (select 1 from other)", "not allowed in a condition"),
        ("amount > max(amount)", r"max\(\) is not allowed in a condition"),
        ("row_number() over () > 1", "not allowed"),
        ("data.amount > 1", "write the column alone"),
        ("read_text('/etc/passwd') is null", "not allowed"),
        ("getenv('HOME') = 'x'", r"getenv\(\) is not allowed"),
        ("current_setting('temp_directory') = ''", "not allowed"),
        ("nextval('s') > 1", r"nextval\(\) is not allowed"),
        ("repeat(land, 1000000000) = ''", r"repeat\(\) is not allowed"),
        ("random() > 0.5", "not allowed"),
        ("write_log('x') is null", "not allowed"),
        ("columns('a') > 1", "not allowed"),
        ("* > 1", "."),
        ("amount > $1", "not allowed"),
        ("amount > ?", "not allowed"),
        ("amount = 1 union select 1", "."),
        ("pragma_version()", "not allowed|true or false"),
        ('"aA" = 1', "there is no column aA"),
        ("(" * 3000 + "amount > 1" + ")" * 3000, "nested too deeply"),
        ("amount > 1" + " or amount > 1" * 3000, "at most 20,000"),
        ("land = 'a\0'", "NUL"),
        ('" row" > 1', "there is no column"),
        ('" content" > 1', "there is no column"),
    ],
)
def test_what_is_no_condition_on_a_row_is_refused(text, message):
    with pytest.raises(InvalidPlan, match=message):
        parse_condition(text, COLUMNS)


def test_a_name_that_fits_two_columns_has_to_be_quoted():
    assert parse_condition("A = 1", ("a", "A")).sql() == '"A" = 1'
    with pytest.raises(InvalidPlan, match="may be any of ab, aB: write it in double quotes"):
        parse_condition("AB = 1", ("ab", "aB"))


@pytest.mark.parametrize(
    "text",
    [
        "select * from data where amount < 0",
        "select land, count(*) as n from Data group by land having count(*) > 1 order by n limit 5",
        "with big as (select * from data where amount > 9) select id from big union all select id from data",
        "select d.id from data d left join countries c on c.code = d.land where c.code is null",
        "from data where amount < 0",
        "select id, row_number() over (partition by land order by id) as r from data qualify r > 1",
        "select count(*) filter (where amount > 1) from data",
        "(select id from data) except (select id from data where amount > 1)",
    ],
)
def test_queries_are_read(text):
    parse_query(text, TABLES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("drop table data", "DROP is not allowed; a query begins with SELECT"),
        ("insert into data values (1)", "INSERT is not allowed"),
        ("update data set id = 1", "UPDATE is not allowed"),
        ("delete from data", "DELETE is not allowed"),
        ("create table x as select 1", "CREATE is not allowed"),
        ("pragma database_list", "PRAGMA is not allowed"),
        ("attach '/tmp/x.db'", "ATTACH is not allowed"),
        ("copy data to '/tmp/x.csv'", "COPY is not allowed"),
        ("set threads = 64", "SET is not allowed"),
        ("call x()", "CALL is not allowed"),
        ("explain select 1", "EXPLAIN is not allowed"),
        ("describe data", "DESCRIBE is not allowed"),
        ("install httpfs", "INSTALL is not allowed"),
        ("values (1)", "VALUES is not allowed"),
        ("select 1; select 2", "a second statement"),
        ("select * from read_csv('/etc/passwd')", "not allowed"),
        ("select * from '/etc/passwd'", "there is no table /etc/passwd"),
        ("select * from glob('/*')", "not allowed"),
        ("select * from query('drop table data')", "not allowed"),
        ("select * from query_table('data')", "not allowed"),
        ("select * from range(1000000000)", "not allowed"),
        ("select * from generate_series(1, 9)", "not allowed"),
        ("select * from duckdb_settings()", "not allowed"),
        ("select * from information_schema.tables", "not allowed"),
        ("select * from main.data", "not allowed"),
        ("select * from rows_1", "there is no table rows_1; known: data, countries"),
        ("select * from data tablesample 10%", "not allowed"),
        ("select * into x from data", "not allowed"),
        ("with x as (delete from data returning *) select * from x", "not allowed"),
        ("with recursive x as (select 1 as n union all select n + 1 from x) select * from x", "RECURSIVE"),
        ("with data as (select 1 as id) select id from data", "is the name of a table"),
        ("select getenv('HOME')", "not allowed"),
        ("select columns('a') from data", "not allowed"),
        ("select foo from data", "there is no column foo"),
        ('select " row" from data', "there is no column"),
        ("select unnest([1, 2])", "not allowed"),
        ("pivot data on land", "not allowed"),
        ("select list(id) from data", "not allowed"),
        ("select string_agg(land, ',') from data", "not allowed"),
    ],
)
def test_what_is_no_plain_select_is_refused(text, message):
    with pytest.raises(InvalidPlan, match=message):
        parse_query(text, TABLES)


def test_bound_queries_see_the_public_columns_of_a_relation_alone():
    query = parse_query("select * from data d, countries", {"data": ["id"], "countries": ["code"]})
    bound = bind_tables(
        query, {"data": (exp.to_table("rows_1"), ["id"]), "countries": (exp.to_table("rows_2"), ["code"])}
    )
    assert bound.sql("duckdb") == (
        'SELECT * FROM (SELECT "id" FROM rows_1) AS d, (SELECT "code" FROM rows_2) AS "countries"'
    )


def test_values_never_become_code():
    assert column('x" or 1=1 --').eq(literal("' or ''='")).sql("duckdb") == (
        "\"x\"\" or 1=1 --\" = ''' or ''''='''"
    )
