"""Objects come through one process, whoever asks in between."""

from __future__ import annotations

from svcctl.store.git import Git, Objects
from tests.conftest import Svc, git


def test_a_question_between_two_answers_gets_its_own_answer(svc: Svc) -> None:
    names = [f"HEAD:{name}" for name in git(svc.folder, "ls-files").split()]
    objects = Objects(Git(str(svc.folder)))
    try:
        expected = {name: objects.read(name) for name in names}
        for name, answer in zip(names, objects.read_many(names), strict=True):
            assert answer == expected[name]
            assert objects.read("HEAD:desk.yaml") == expected["HEAD:desk.yaml"]
    finally:
        objects.close()


def test_what_is_not_there_is_none(svc: Svc) -> None:
    objects = Objects(Git(str(svc.folder)))
    try:
        assert objects.read("HEAD:no/such file.yaml") is None
        assert objects.read("HEAD:desk.yaml") is not None
    finally:
        objects.close()


def test_more_names_than_a_block(svc: Svc) -> None:
    objects = Objects(Git(str(svc.folder)))
    try:
        answers = list(objects.read_many(["HEAD:desk.yaml", "HEAD:nothing"] * 700))
    finally:
        objects.close()
    assert len(answers) == 1400
    assert all(answer is not None for answer in answers[::2])
    assert all(answer is None for answer in answers[1::2])
