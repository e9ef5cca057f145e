"""Every word of the pages beyond those of the embed, in English, French and Arabic."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from service.embed import language

NAMES = {"en": "English", "fr": "Français", "ar": "العربية"}
"""Each language in its own words."""


@cache
def words(lang: str) -> Mapping[str, str]:
    """Every word of the pages in a language, by its key: the embed's own and these."""
    return {**language.words(lang), **language.chosen(_WORDS, lang)}


_WORDS: Mapping[str, tuple[str, str, str]] = {
    "tagline": (
        "Who stood with or against whom, at a date, as it was known at a date, and who says so",
        "Qui était avec qui ou contre qui, à une date, tel qu’on le savait à une date, et qui l’affirme",
        "من وقف مع من أو ضد من، في تاريخ ما، كما كان معروفًا في تاريخ ما، ومن يقول ذلك",
    ),
    "languages": ("Languages", "Langues", "اللغات"),
    "timelines": ("Timelines", "Chronologies", "التسلسلات الزمنية"),
    "no_timelines": (
        "There is no timeline yet. This command begins one:",
        "Il n’y a pas encore de chronologie. Cette commande en commence une :",
        "لا يوجد تسلسل زمني بعد. يبدأ هذا الأمر واحدًا:",
    ),
    "more_timelines": ("More timelines", "Autres chronologies", "تسلسلات أخرى"),
    "sides": ("Sides", "Camps", "الأطراف الرئيسية"),
    "stands_at": (
        "Entries: {count}, the last on {day}",
        "Entrées : {count}, la dernière le {day}",
        "عدد القيود: {count}، آخرها في {day}",
    ),
    "api": ("The API", "L’API", "واجهة البرمجة"),
    # the parts of an explorer
    "parts": ("Parts of this timeline", "Parties de cette chronologie", "أقسام هذا التسلسل"),
    "explore": ("Explore", "Explorer", "استكشاف"),
    "entries": ("Entries", "Entrées", "القيود"),
    "changes": ("Changes", "Changements", "التغييرات"),
    "embed": ("Embed", "Intégrer", "تضمين"),
    "full_page": ("Open on a page of its own", "Ouvrir sur une page à part", "فتح في صفحة مستقلة"),
    # downloads
    "downloads": ("Downloads", "Téléchargements", "تنزيلات"),
    "state_on": ("The state on {day}", "L’état au {day}", "الحال في {day}"),
    "whole_timeline": ("The whole timeline", "Toute la chronologie", "التسلسل كاملًا"),
    "whole_record": ("The whole record", "Tout le registre", "السجل كاملًا"),
    "panel": ("by year, CSV", "par année, CSV", "حسب السنة، CSV"),
    "live_lines": ("What stands, NDJSON", "Ce qui vaut, NDJSON", "ما هو قائم، NDJSON"),
    "log_lines": ("Every entry, NDJSON", "Toutes les entrées, NDJSON", "كل القيود، NDJSON"),
    "archive": ("Archive to check, ZIP", "Archive vérifiable, ZIP", "أرشيف قابل للتحقق، ZIP"),
    "pinned_files": (
        "As known at entry {position}: these addresses always give the same.",
        "Selon l’entrée {position} : ces adresses donnent toujours la même chose.",
        "كما هو معروف عند القيد {position}: تعطي هذه العناوين الشيء نفسه دائمًا.",
    ),
    # entries
    "entries_lead": (
        "The log, newest first. Nothing in it is ever changed: what was wrong is corrected by a later entry.",
        "Le journal, du plus récent au plus ancien. Rien n’y est jamais modifié : "
        "une erreur est corrigée par une entrée ultérieure.",
        "السجل، من الأحدث إلى الأقدم. لا يُغيَّر فيه شيء: يُصحَّح الخطأ بقيد لاحق.",
    ),
    "record": ("recorded", "consigné", "سُجِّل"),
    "correct": ("corrected", "corrigé", "صُحِّح"),
    "retract": ("retracted", "retiré", "سُحب"),
    "erase": ("erased by law", "effacé par la loi", "مُحي بحكم القانون"),
    "entity_event": ("event", "événement", "حدث"),
    "entity_actor": ("actor", "acteur", "طرف"),
    "entity_document": ("document", "document", "وثيقة"),
    "entity_timeline": ("description", "description", "وصف"),
    "written_by": ("entered by", "saisie par", "أدخلها"),
    "reason": ("Reason: {text}", "Motif : {text}", "السبب: {text}"),
    "older": ("Older", "Plus anciennes", "أقدم"),
    "newer": ("Newer", "Plus récentes", "أحدث"),
    "entry": ("Entry {position}", "Entrée {position}", "القيد {position}"),
    # changes
    "in_the_world": ("In the world", "Dans le monde", "في العالم"),
    "in_what_is_known": ("In what is known", "Dans ce qu’on sait", "في ما هو معروف"),
    "world_lead": (
        "What became different between two days, as far as the record knows now.",
        "Ce qui a changé entre deux jours, d’après l’état actuel du registre.",
        "ما اختلف بين يومين، بحسب ما يعرفه السجل الآن.",
    ),
    "known_lead": (
        "Of which relations the record says something else than before, and the entries that did it.",
        "De quelles relations le registre dit autre chose qu’avant, et les entrées qui l’expliquent.",
        "العلاقات التي يقول السجل عنها غير ما كان يقوله، والقيود التي فعلت ذلك.",
    ),
    "from_day": ("From day", "Du jour", "من يوم"),
    "to_day": ("To day", "Au jour", "إلى يوم"),
    "from_entry": ("From entry", "De l’entrée", "من القيد"),
    "to_entry": ("To entry", "À l’entrée", "إلى القيد"),
    "nothing_changed": ("Nothing changed.", "Rien n’a changé.", "لم يتغيَّر شيء."),
    "none": ("none", "aucune", "لا شيء"),
    "more_changes": ("More changes", "Autres changements", "تغييرات أخرى"),
    "newly_told": ("Now told:", "Désormais :", "صار يُقال:"),
    "was_told": ("Before:", "Avant :", "كان يُقال:"),
    # the embed builder
    "embed_lead": (
        "Choose what your readers see first. They can move through all dates from there.",
        "Choisissez ce que vos lecteurs voient d’abord. Ils peuvent ensuite parcourir toutes les dates.",
        "اختر ما يراه قراؤك أولًا. يمكنهم بعد ذلك التنقل عبر كل التواريخ.",
    ),
    "view": ("View", "Vue", "العرض"),
    "date": ("Date", "Date", "التاريخ"),
    "date_hint": (
        "A day such as 2019-05-01. Empty: the last day with evidence.",
        "Un jour sous la forme 2019-05-01. Vide : le dernier jour documenté.",
        "يوم مثل \u20662019-05-01\u2069. فارغ: آخر يوم عليه دليل.",
    ),
    "language": ("Language", "Langue", "اللغة"),
    "theme": ("Colours", "Couleurs", "الألوان"),
    "light": ("Light", "Clair", "فاتح"),
    "dark": ("Dark", "Sombre", "داكن"),
    "auto": ("As the reader’s device", "Selon l’appareil du lecteur", "بحسب جهاز القارئ"),
    "actor": ("Only relations of", "Seulement les relations de", "علاقات هذا الطرف فقط"),
    "sides_hint": ("None chosen: all of them.", "Aucun choisi : tous.", "دون اختيار: كلها."),
    "mode": ("When the record changes", "Quand le registre change", "عندما يتغيَّر السجل"),
    "live": (
        "Live: the embed follows, and says “updated” with what changed since today",
        "Évolutif : l’intégration suit, et signale « mis à jour » avec ce qui a changé depuis aujourd’hui",
        "حيّ: يتبع التضمين السجل، ويقول «حُدِّث» مع ما تغيَّر منذ اليوم",
    ),
    "pinned": (
        "Pinned: the embed stays as it is now, for ever",
        "Figé : l’intégration reste telle quelle, pour toujours",
        "مثبَّت: يبقى التضمين كما هو الآن، إلى الأبد",
    ),
    "renew": ("Update the preview", "Actualiser l’aperçu", "تحديث المعاينة"),
    "preview": ("Preview", "Aperçu", "معاينة"),
    "codes": ("Codes to paste", "Codes à coller", "شيفرات للصق"),
    "code_element": (
        "Script: takes the height that it needs",
        "Script : prend la hauteur qu’il lui faut",
        "نص برمجي: يأخذ الارتفاع الذي يحتاجه",
    ),
    "code_iframe": (
        "Frame: a fixed height, without a script",
        "Cadre : hauteur fixe, sans script",
        "إطار: ارتفاع ثابت، دون نص برمجي",
    ),
    "code_address": (
        "Address: for WordPress and Ghost",
        "Adresse : pour WordPress et Ghost",
        "عنوان: لـ WordPress وGhost",
    ),
    "code_oembed": ("oEmbed: for other programs", "oEmbed : pour d’autres programmes", "oEmbed: لبرامج أخرى"),
    "copy_it": ("Copy", "Copier", "نسخ"),
    "copied": ("Copied", "Copié", "نُسخ"),
    "wordpress": (
        "Paste the address on a line of its own in the editor; it becomes an Embed block.\n"
        "If it stays a link, add a Custom HTML block and paste the frame.",
        "Collez l’adresse seule sur une ligne dans l’éditeur ; elle devient un bloc Contenu embarqué.\n"
        "Si elle reste un lien, ajoutez un bloc HTML personnalisé et collez-y le cadre.",
        "الصق العنوان وحده في سطر داخل المحرر، فيصبح مكوّن تضمين.\n"
        "إن بقي رابطًا، فأضف مكوّن HTML مخصصًا والصق فيه الإطار.",
    ),
    "ghost": (
        "Type /embed in the editor, choose Other, and paste the address.\n"
        "For a height that fits, use an HTML card with the script instead.",
        "Tapez /embed dans l’éditeur, choisissez Other, puis collez l’adresse.\n"
        "Pour une hauteur ajustée, utilisez plutôt une carte HTML avec le script.",
        "اكتب ‎/embed في المحرر، واختر Other، ثم الصق العنوان.\n"
        "لارتفاع ملائم، استخدم بطاقة HTML مع النص البرمجي بدلًا من ذلك.",
    ),
}
