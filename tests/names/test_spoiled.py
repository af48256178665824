"""A word after a quantity changes the meaning, and an amount of another time is not total_increasing."""

import pytest

from .corpus import READERS, Case, answer

HEAD_LAST = (
    "temperature humidity power active_power energy voltage current pressure battery co2 illuminance rain wind_speed "
    "distance weight water gas flow frequency temperatur leistung spannung"
)
OTHERS = (
    "id code version mode type name price cost tariff count number status state error errors fault unit address trend "
    "ratio percent_change rate_of_change threshold_count model enabled pin port preis kosten modus fehler"
)
HEAD_FIRST = "temperatura potenza energia pressione corrente puissance"
OTHERS_BEHIND = "stato modalita codice errore prezzo costo tipo etat prix cout id count trend mode name unit"

GROWING = "energy_kwh consumption_kwh energie_kwh water_l gas_m3 rain_mm"
# Words for another time, and for no amount.
ENDED = (
    "yesterday last_month last_hour average avg per_hour forecast expected target limit remaining price gestern ieri"
)


def _with_a_class(vendor: str, quantities: str, others: str) -> list[str]:
    paths = [f"{quantity}_{other}" for quantity in quantities.split() for other in others.split()]
    return [path for path in paths if answer(Case(vendor, path, "21"))[1] != "-"]


@pytest.mark.parametrize("vendor", READERS)
def test_the_last_word_changes_the_meaning(vendor: str) -> None:
    assert _with_a_class(vendor, HEAD_LAST, OTHERS) == []


@pytest.mark.parametrize("vendor", READERS)
def test_a_word_after_a_leading_noun_changes_the_meaning(vendor: str) -> None:
    assert _with_a_class(vendor, HEAD_FIRST, OTHERS_BEHIND) == []


@pytest.mark.parametrize("vendor", READERS)
@pytest.mark.parametrize("form", ["{amount}_{ended}", "{ended}_{amount}"])
def test_a_past_or_expected_amount_is_not_total_increasing(vendor: str, form: str) -> None:
    paths = [form.format(amount=amount, ended=ended) for amount in GROWING.split() for ended in ENDED.split()]
    assert [path for path in paths if answer(Case(vendor, path, "21"))[3] == "total_increasing"] == []
