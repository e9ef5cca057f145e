"""Small files in the layouts of the Correlates of War Formal Alliances."""

from __future__ import annotations

HEADER = (
    "version4id,ccode,state_name,all_st_day,all_st_month,all_st_year,all_end_day,all_end_month,all_end_year,"
    "ss_type,mem_st_day,mem_st_month,mem_st_year,mem_end_day,mem_end_month,mem_end_year,"
    "left_censor,right_censor,defense,neutrality,nonaggression,entente,version"
)
YEARLY_HEADER = HEADER.replace(",version", ",year,version")

OLD = '{},{},"{}",1,5,1700,,,,"Type I: Defense Pact",1,1,1816,,,,1,1,1,0,1,0,4.1'
OLD_ENDED = '2,{},"{}",5,2,1766,15,2,1911,"Type III: Entente",1,1,1816,15,2,1911,1,0,0,0,0,1,4.1'
LEAGUE = '{},{},"{}",22,3,1945,,,,"Type III: Entente",{},{},0,{},0,0,1,1,4.1'
DUAL = '300,{},"{}",7,10,1879,3,11,1918,"Type I: Defense Pact",7,10,1879,3,11,1918,0,0,1,0,0,0,4.1'
EGYPT = (
    LEAGUE.format(199, 651, "Egypt", "22,3,1945", "31,3,1979", 0),
    LEAGUE.format(199, 651, "Egypt", "22,5,1989", ",,", 1),
)
MEMBERS = "\n".join(
    (
        HEADER,
        OLD.format(1, 200, "United Kingdom"),
        OLD.format(1, 235, "Portugal"),
        OLD_ENDED.format(200, "United Kingdom"),
        OLD_ENDED.format(380, "Sweden"),
        LEAGUE.format(199, 645, "Iraq", "22,3,1945", ",,", 1),
        *EGYPT,
        DUAL.format(300, "Austria-Hungary"),
        DUAL.format(255, "Germany"),
        '301,255,"Prussia",-9,3,1866,0,,1866,"Type IIa: Neutrality",-9,3,1866,0,,1866,0,0,0,1,0,0,4.1',
        "",
    )
)


def yearly(*memberships: tuple[str, range]) -> str:
    """The yearly file: each membership once for every year; one that goes on ends in 2012, without a day."""
    rows = []
    for membership, years in memberships:
        before, version = membership.rsplit(",", 1)
        cells = before.split(",")
        if not cells[15]:
            cells[15] = "2012"
        rows += [",".join((*cells, str(year), version)) for year in years]
    return "\n".join((YEARLY_HEADER, *rows, ""))
