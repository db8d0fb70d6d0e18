"""Judges SQL that people write, before it goes anywhere near data.

What passes is not the text but the expression it was parsed to, rendered anew: comments, tricks of
quoting and second statements have no way through. The sandbox the query then runs in is the second
line: no files, no network, no settings, bounded memory and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from sqlglot import exp
from sqlglot.tokens import TokenType

from dataops.engine.sql.build import column
from dataops.engine.sql.text import DIALECT, SqlText
from dataops.engine.sql.words import IN_CONDITIONS, IN_QUERIES, TRUTHS

NAMED = 20
STARTS = (TokenType.SELECT, TokenType.WITH, TokenType.FROM, TokenType.L_PAREN)


def parse_condition(text: str, columns: Iterable[str] | None) -> exp.Expr:
    """A condition on one row, over known columns alone; None takes any name, where no data is at hand.

    Raises InvalidPlan that names the place in the text, what is wrong and which columns there are.

    >>> parse_condition("AGE >= 18", ["age"]).sql()
    '"age" >= 18'
    """
    sql = SqlText(text)
    parsed = sql.parse(exp.Condition)
    _judge(sql, parsed, IN_CONDITIONS, "a condition")
    if _name_of(parsed.unnest()) not in TRUTHS:
        raise sql.error(parsed, "a condition is true or false for a row, as in amount > 0")
    known = _Names(columns) if columns is not None else None
    for found in list(parsed.find_all(exp.Column)):
        if found.table:
            raise sql.error(found, f"write the column alone: {found.name}")
        if known is not None:
            known.settle(sql, found)
    return parsed


def parse_query(text: str, tables: Mapping[str, Sequence[str]]) -> exp.Query:
    """One SELECT over ``tables``, which gives the columns of each by name; "data" is the data itself.

    Raises InvalidPlan that names the place in the text, what is wrong and what there is.
    """
    sql = SqlText(text)
    first = sql.tokens[0]
    if first.token_type not in STARTS:
        raise sql.error_at(first.start, f"{first.text.upper()} is not allowed; a query begins with SELECT")
    parsed = sql.parse()
    if not isinstance(parsed, exp.Query):
        raise sql.error(parsed, "only SELECT is allowed")
    _judge(sql, parsed, IN_QUERIES, "a query")
    own = _own_tables(sql, parsed, tables)
    used = [name for table in list(parsed.find_all(exp.Table)) if (name := _name(sql, table, own, tables))]
    _settle_columns(sql, parsed, [name for table in used for name in tables[table]])
    return parsed


def bind_tables(
    query: exp.Query, relations: Mapping[str, tuple[exp.Table, Sequence[str] | None]]
) -> exp.Query:
    """A parsed query with the tables it names replaced by relations: each its table and columns.

    Columns that are None are all, those included that are reserved.
    """
    bound = query.copy()
    for table in [table for table in bound.find_all(exp.Table) if table.meta.get("named")]:
        relation, names = relations[table.name]
        shown = [exp.Star()] if names is None else [column(name) for name in names]
        public = exp.select(*shown).from_(relation.copy())
        alias = table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name, quoted=True))
        table.replace(exp.Subquery(this=public, alias=alias))
    return bound


def _judge(sql: SqlText, parsed: exp.Expr, allowed: frozenset[str], what: str) -> None:
    """Raises InvalidPlan at the first node that is not among the ``allowed``."""
    for node in parsed.walk():
        if _name_of(node) not in allowed:
            raise sql.error(node, f"{_shown(node)} is not allowed in {what}")
        if isinstance(node, exp.Column) and node.args.get("db"):
            raise sql.error(node, f"{node.sql(DIALECT)} is not allowed in {what}")


class _Names:
    """Columns by the names people write: as they are, or in another case if that is clear."""

    def __init__(self, columns: Iterable[str]) -> None:
        self.columns = list(dict.fromkeys(columns))
        self._exact = frozenset(self.columns)
        self._folded: dict[str, list[str]] = {}
        for name in self.columns:
            self._folded.setdefault(name.casefold(), []).append(name)

    def settle(self, sql: SqlText, found: exp.Column) -> None:
        """Give the column its exact name; raises InvalidPlan when none is meant, or several."""
        if isinstance(found.this, exp.Star):
            return
        alike = [found.name] if found.name in self._exact else self._folded.get(found.name.casefold(), [])
        if not alike:
            raise sql.error(found, f"there is no column {found.name}{self._hint(found.name)}")
        if len(alike) > 1:
            raise sql.error(
                found, f"{found.name} may be any of {', '.join(alike)}: write it in double quotes"
            )
        found.set("this", exp.to_identifier(alike[0], quoted=True))

    def _hint(self, name: str) -> str:
        close = get_close_matches(name, self.columns, 1)
        meant = f"; did you mean {close[0]}?" if close else ""
        more = f" and {len(self.columns) - NAMED:,} more" if len(self.columns) > NAMED else ""
        return f"{meant}; known: {', '.join(self.columns[:NAMED]) or 'none'}{more}"


def _own_tables(sql: SqlText, parsed: exp.Expr, tables: Mapping[str, Sequence[str]]) -> set[str]:
    """Names in lower case that the query gives to parts of itself by WITH."""
    taken = {name.casefold() for name in tables}
    for clause in parsed.find_all(exp.With):
        if clause.args.get("recursive"):
            raise sql.error(clause, "WITH RECURSIVE is not allowed")
    for cte in parsed.find_all(exp.CTE):
        if cte.alias.casefold() in taken:
            raise sql.error(cte.args["alias"], f"{cte.alias} is the name of a table; choose another")
    return {cte.alias.casefold() for cte in parsed.find_all(exp.CTE)}


def _name(sql: SqlText, table: exp.Table, own: set[str], tables: Mapping[str, Sequence[str]]) -> str:
    """The known table that is meant, marked as named; "" for one the query defines itself."""
    extra = [key for key, value in table.args.items() if value and key not in ("this", "alias", "joins")]
    if not isinstance(table.this, exp.Identifier) or extra:
        raise sql.error(table, f"{table.sql(DIALECT)} is not allowed; select from {', '.join(tables)}")
    wanted = table.name.casefold()
    if wanted in own:
        return ""
    known = next((name for name in tables if name.casefold() == wanted), "")
    if not known:
        raise sql.error(table, f"there is no table {table.name}; known: {', '.join(tables)}")
    table.set("this", exp.to_identifier(known, quoted=True))
    table.meta["named"] = True
    return known


def _settle_columns(sql: SqlText, parsed: exp.Expr, columns: Iterable[str]) -> None:
    """Every column must be one of a table, or a name the query itself gives."""
    known = _Names(columns)
    given = {node.alias.casefold() for node in parsed.find_all(exp.Alias, exp.CTE, exp.Subquery)}
    for alias in parsed.find_all(exp.TableAlias):
        given |= {name.name.casefold() for name in (alias, *(alias.args.get("columns") or ()))}
    for found in list(parsed.find_all(exp.Column)):
        if found.name.casefold() not in given:
            known.settle(sql, found)


def _name_of(node: exp.Expr) -> str:
    return node.name.lower() if isinstance(node, exp.Anonymous) else node.key


def _shown(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return f"{node.name}()"
    return f"{node.sql_name().lower()}()" if isinstance(node, exp.Func) else node.key.upper()
