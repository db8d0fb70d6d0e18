"""JSON of any size is read piece by piece; what cannot be is refused with what to do."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataops.engine.errors import BrokenData, TooLarge
from dataops.engine.intake import SizeLimits
from dataops.engine.readers import open_dataset, preview
from dataops.engine.readers.json_values import objects_of
from dataops.engine.readers.source import Source

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


class Pieces(Source):
    """A source whose text comes a few bytes at a time."""

    size = 1

    def chunks(self, size: int = 0):
        return super().chunks(self.size)


def pieces(path, size, **limits) -> Pieces:
    source = Pieces(path, "", "utf-8", SizeLimits(**limits), "")
    source.size = size
    return source


@settings(deadline=None)
@given(st.lists(VALUES), st.integers(1, 40), st.sampled_from([None, 1]))
def test_however_it_is_cut_into_pieces_the_elements_are_those_of_the_document(
    tmp_path_factory, elements, size, indent
):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps(elements, indent=indent, ensure_ascii=False), encoding="utf-8")

    assert list(objects_of(pieces(path, size))) == elements


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1}, {"a": ', "after 1 elements"),
        ('[{"a": 1}, {"a" 2}, {"a": 3}]', "after 1 elements"),
        ('[{"a": 1}', "after 1 elements"),
        ('[{"a": 1}] x', "more behind the end"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path, text, said, size):
    path = tmp_path / "a.json"
    path.write_text(text)

    with pytest.raises(BrokenData, match=said):
        list(objects_of(pieces(path, size)))


def test_what_has_to_be_held_in_memory_has_a_limit(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"rows": [{"a": i} for i in range(100)]}))
    with pytest.raises(TooLarge, match="upload the array in it alone, or one object a line"):
        open_dataset(path, limits=SizeLimits(max_document_bytes=500))

    path.write_text(json.dumps([{"a": 1}, {"a": "x" * 5000}]))
    with pytest.raises(TooLarge, match="element 2 of the JSON array is longer than 1,000 bytes"):
        list(objects_of(pieces(path, 100, max_record_bytes=1000)))


def test_a_large_array_is_never_in_memory_as_a_whole(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"n": i, "text": "x" * 900} for i in range(10_000)]))
    tracemalloc.start()
    count = sum(1 for _ in objects_of(pieces(path, 1 << 16)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 10_000
    assert peak < path.stat().st_size / 10


def test_long_rows_make_small_blocks(tmp_path):
    path = tmp_path / "a.ndjson"
    path.write_text("\n".join(json.dumps({"text": "x" * 1_000_000}) for _ in range(40)))

    assert [block.num_rows for block in open_dataset(path).blocks()] == [17, 17, 6]


@pytest.mark.parametrize("separator", [",", "\n"])
def test_a_look_reads_no_further_than_it_shows(tmp_path, separator):
    path = tmp_path / "a.json"
    begin = [json.dumps({"n": i}) for i in range(200_000)]
    text = separator.join(begin)
    path.write_text(f"[{text}, damaged" if separator == "," else text)
    found = preview(path)

    assert (found.names, len(found.rows), found.problem) == (("n",), 20, "")
