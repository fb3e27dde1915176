"""Tables of the names that artists give to the parts of a face; no bpy in here.

`recipes` gives, for the names that a character has, the sum of ARKit coefficients
that each follows. There are several conventions (systems). In each group (mouth,
eyes, brows, gaze) only the first system with a match is used: a mouth with ARKit's
names does not also get a viseme.
"""

import functools
import re
import unicodedata
from collections import namedtuple

# name: as the character has it. terms: ((coefficient, gain), ...). how: for people.
Recipe = namedtuple('Recipe', 'name group terms how')

_SIDES = {'l': 'left', 'r': 'right', 'left': 'left', 'right': 'right'}


def _words(name):
    """'Face.M_eyeBlink_L' as ['face', 'm', 'eyeblink', 'left'], full-width
    letters and half-width kana made one."""
    name = unicodedata.normalize('NFKC', name).lower()
    words = [w for w in re.split(r'[\W_]+', name) if w] or [name]
    # A single letter is a side only as the first or last word: 'L_eye', 'eye.L'.
    for at in (0, -1):
        if len(words) > 1:
            words[at] = _SIDES.get(words[at], words[at])
    return words


def _joined(words):
    if len(words) > 1 and words[0] in ('left', 'right'):
        words = words[1:] + words[:1]
    return ''.join(words)


def plain(name):
    """A name for comparison: 'Eye_Blink.L', 'left eye blink' and 'eyeBlinkLeft' are one."""
    joined = _joined(_words(name))
    for side in ('left', 'right'):
        if joined.startswith(side) and len(joined) > len(side):
            return joined[len(side):] + side
    return joined


def tails(name):
    """The plain names of a name without its first word, its first two, and so on."""
    parts = [w for w in re.split(r'[\W_]+', unicodedata.normalize('NFKC', name)) if w]
    return [plain('_'.join(parts[k:])) for k in range(1, len(parts))]


# --- Terms ----------------------------------------------------------------------------------------

def _both(name, gain):
    return (name + 'Left', gain), (name + 'Right', gain)


# For a key of both sides, each side counts half.
_SMILE, _FROWN = _both('mouthSmile', 0.5), _both('mouthFrown', 0.5)
_BLINK, _WIDE = _both('eyeBlink', 0.5), _both('eyeWide', 0.5)
_DOWN = _both('browDown', 0.5)
_UP = (('browInnerUp', 0.5), *_both('browOuterUp', 0.25))
# Visemes. A mouth that is open and round is an O or U, not an A.
_AA = (('jawOpen', 1.0), ('mouthFunnel', -0.7), ('mouthPucker', -0.7))
_IH = (*_both('mouthStretch', 0.4), *_both('mouthLowerDown', 0.1), ('jawOpen', -0.5))
_OU = (('mouthPucker', 1.0),)
_EE = (*_both('mouthUpperUp', 0.3), *_both('mouthStretch', 0.2), ('mouthPucker', -0.5),
       ('mouthFunnel', -0.5))
_OH = (('mouthFunnel', 1.0),)
# A key that smiles with the whole face, which is stronger than the mouth alone.
_HAPPY = _both('mouthSmile', 0.35)
_ANGRY, _SAD = _both('browDown', 0.35), _both('mouthFrown', 0.35)
_SURPRISED = (*_both('eyeWide', 0.2), ('browInnerUp', 0.2))


def _look(way):
    """Terms of one key that turns both eyes; left and right are the subject's."""
    if way in ('Up', 'Down'):
        return _both('eyeLook' + way, 0.5)
    other = {'Left': 'Right', 'Right': 'Left'}[way]
    return ('eyeLookOut' + way, 0.5), ('eyeLookIn' + other, 0.5)


_LOOK = {'look' + w.lower(): _look(w) for w in ('Up', 'Down', 'Left', 'Right')}


def _sides(left, right, name):
    return {left: ((name + 'Left', 1.0),), right: ((name + 'Right', 1.0),)}


# --- Systems: name, [(group, alternatives)]; an alternative counts when all its keys are there -----

_VROID = ('VRoid name', (
    ('mouth', ({'fclmtha': _AA},)), ('mouth', ({'fclmthi': _IH},)),
    ('mouth', ({'fclmthu': _OU},)), ('mouth', ({'fclmthe': _EE},)),
    ('mouth', ({'fclmtho': _OH},)),
    ('mouth', ({'fclmthfun': _SMILE}, {'fclmthjoy': _HAPPY})),
    ('mouth', ({'fclmthdown': _FROWN}, {'fclmthangry': _FROWN}, {'fclmthsorrow': _SAD})),
    ('eyes', (_sides('fcleyecloseleft', 'fcleyecloseright', 'eyeBlink'),
              {'fcleyeclose': _BLINK})),
    ('eyes', ({'fcleyespread': _WIDE}, {'fcleyesurprised': _WIDE})),
    ('brows', ({'fclbrwangry': _DOWN},)),
    ('brows', ({'fclbrwsurprised': _UP},)),
))

# Presets of VRM 0 and 1; also as plain names of shape keys.
_PRESETS = (
    ('mouth', ({'aa': _AA}, {'a': _AA})), ('mouth', ({'ih': _IH}, {'i': _IH})),
    ('mouth', ({'ou': _OU}, {'u': _OU})), ('mouth', ({'ee': _EE}, {'e': _EE})),
    ('mouth', ({'oh': _OH}, {'o': _OH})),
    ('mouth', ({'happy': _HAPPY}, {'joy': _HAPPY}, {'relaxed': _HAPPY}, {'fun': _HAPPY})),
    ('mouth', ({'sad': _SAD}, {'sorrow': _SAD})),
    ('eyes', (_sides('blinkleft', 'blinkright', 'eyeBlink'), {'blink': _BLINK})),
    ('brows', ({'angry': _ANGRY},)),
    ('brows', ({'surprised': _SURPRISED},)),
    *(('gaze', ({key: terms},)) for key, terms in _LOOK.items()),
)
_VRM = ('VRM expression', _PRESETS)

_MMD = ('MMD name', (
    ('mouth', ({'あ': _AA},)), ('mouth', ({'い': _IH},)), ('mouth', ({'う': _OU},)),
    ('mouth', ({'え': _EE},)), ('mouth', ({'お': _OH},)),
    ('mouth', ({'口角上げ': _SMILE}, {'にやり': _SMILE}, {'にっこり': _SMILE},
               {'にやり2': _SMILE})),
    ('mouth', ({'口角下げ': _FROWN}, {'∧': _FROWN}, {'へ': _FROWN})),
    ('mouth', ({'口横広げ': _both('mouthStretch', 0.5)},)),
    ('eyes', (_sides('ウィンク2', 'ウィンク2右', 'eyeBlink'),
              _sides('ウィンク', 'ウィンク右', 'eyeBlink'),
              _sides('ウィンク左', 'ウィンク右', 'eyeBlink'),
              {'まばたき': _BLINK})),
    # Eyes that a smile closes, unless the lids are closed already.
    ('eyes', ({'笑い': (*_both('eyeSquint', 0.5), *_both('eyeBlink', -0.5))},)),
    ('eyes', ({'びっくり': _WIDE},)),
    ('brows', ({'上': _UP},)), ('brows', ({'怒り': _DOWN}, {'下': _DOWN}, {'真面目': _DOWN})),
    ('brows', ({'困る': (('browInnerUp', 0.4), *_both('browOuterUp', -0.4))},)),
    ('brows', ({'にこり': _both('mouthSmile', 0.25)},)),
))

_PLAIN = ('usual name', (
    ('mouth', ({'visemeaa': _AA}, {'vaa': _AA}, {'vrcvaa': _AA}, {'mouthopen': _AA},
               {'openmouth': _AA}, {'moutha': _AA}, {'open': _AA})),
    ('mouth', ({'visemei': _IH}, {'visemeih': _IH}, {'vih': _IH}, {'vrcvih': _IH},
               {'mouthi': _IH})),
    ('mouth', ({'visemeu': _OU}, {'visemeou': _OU}, {'vou': _OU}, {'vrcvou': _OU},
               {'mouthu': _OU})),
    ('mouth', ({'visemee': _EE}, {'ve': _EE}, {'vrcve': _EE}, {'mouthe': _EE})),
    ('mouth', ({'visemeo': _OH}, {'visemeoh': _OH}, {'voh': _OH}, {'vrcvoh': _OH},
               {'moutho': _OH})),
    ('mouth', (_sides('smileleft', 'smileright', 'mouthSmile'), {'smile': _SMILE},
               {'smiling': _SMILE}, {'mouthhappy': _SMILE})),
    ('mouth', (_sides('frownleft', 'frownright', 'mouthFrown'), {'frown': _FROWN},
               {'mouthsad': _FROWN})),
    ('eyes', (_sides('winkleft', 'winkright', 'eyeBlink'),
              _sides('eyecloseleft', 'eyecloseright', 'eyeBlink'),
              _sides('eyeclosedleft', 'eyeclosedright', 'eyeBlink'),
              _sides('eyesclosedleft', 'eyesclosedright', 'eyeBlink'),
              {'eyesclosed': _BLINK}, {'eyeclose': _BLINK}, {'eyesclose': _BLINK},
              {'closeeyes': _BLINK}, {'blinking': _BLINK}, {'eyesblink': _BLINK})),
    ('eyes', ({'eyeswide': _WIDE}, {'eyesopen': _WIDE})),
    ('brows', (_sides('browupleft', 'browupright', 'browOuterUp'), {'browsup': _UP},
               {'browup': _UP}, {'eyebrowsup': _UP}, {'browraise': _UP})),
    ('brows', ({'browsdown': _DOWN}, {'eyebrowsdown': _DOWN}, {'browangry': _DOWN})),
))

SHAPE_SYSTEMS = (_VROID, ('VRM name', _PRESETS), _MMD, _PLAIN)
EXPRESSION_SYSTEMS = (_VRM, _VROID, _MMD, _PLAIN)


def group_of(coefficient):
    """'gaze', 'eyes', 'brows' or 'mouth'."""
    if coefficient.startswith('eyeLook'):
        return 'gaze'
    return {'eye': 'eyes', 'bro': 'brows'}.get(coefficient[:3], 'mouth')


@functools.lru_cache(maxsize=None)
def _arkit_table(coefficients):
    """{plain name: terms} of ARKit's names, and of one for both sides or one side of them."""
    out = {}
    for name in coefficients:
        out[name.lower()] = ((name, 1.0),)
    for name in coefficients:
        base = name[:-4].lower() if name.endswith('Left') else None
        if base and base not in ('mouth', 'jaw'):
            out.setdefault(base, _both(name[:-4], 0.5))
    for name in ('browInnerUp', 'cheekPuff', 'mouthPucker', 'mouthFunnel'):
        for side in ('left', 'right'):
            out[name.lower() + side] = ((name, 1.0),)
    return out


def _arkit(coefficients, names):
    """Recipes of the names that are ARKit's; sided ones win over those for both."""
    found, table = {}, _arkit_table(coefficients)
    for name in names:
        key = next((k for k in [plain(name)] + tails(name) if k in table), None)
        if key:
            found.setdefault(key, []).append(name)
    for key, same in found.items():
        if not (key + 'left' in found and key + 'right' in found):
            terms = table[key]
            for name in same:
                yield Recipe(name, group_of(terms[0][0]), terms, 'ARKit name')


def _fcl(name):
    """VRoid's own part of a name such as 'Face.M_F00_000_00_Fcl_MTH_A'."""
    key = plain(name)
    return key[key.find('fcl'):] if 'fcl' in key else key


def _system(how, slots, names, groups):
    """Recipes of one system, for the groups that have no match yet."""
    by_key = {}
    for name in names:
        by_key.setdefault(_fcl(name), []).append(name)
    for group, alternatives in slots:
        chosen = next((a for a in alternatives if all(k in by_key for k in a)), {})
        for key, terms in chosen.items():
            for name in by_key[key] if group in groups else ():
                yield Recipe(name, group, terms, how)


_FACIAL = {key for _, slots in SHAPE_SYSTEMS for _, alternatives in slots
           for alternative in alternatives for key in alternative}
GROUPS = ('mouth', 'eyes', 'brows', 'gaze')


def recipes(coefficients, names, systems=SHAPE_SYSTEMS, groups=GROUPS):
    """[Recipe] for the known names. coefficients: the 52 names, a tuple; groups: those
    wanted."""
    names = list(dict.fromkeys(names))
    out = [r for r in _arkit(coefficients, names) if r.group in groups]
    for how, slots in systems:
        left = set(groups) - {r.group for r in out}
        out += list(_system(how, slots, names, left))
    return out


def is_facial(coefficients, name):
    """Whether a shape key of that name belongs to a face."""
    return _fcl(name) in _FACIAL or bool(list(_arkit(coefficients, [name])))


# --- Bones ----------------------------------------------------------------------------------------

# In the order of preference; plain names.
_BONES = {
    'head': ('head', '頭', 'headctrl', 'ctrlhead', 'chead', 'spine006'),
    'neck': ('neck', '首', 'neck1', 'neck01', 'neckctrl', 'spine005'),
    'jaw': ('jawmaster', 'jaw', 'jawbone', 'lowerjaw', 'jawroot', 'jaw01', '顎', 'あご', '下顎'),
    'eyeLeft': ('eyeleft', 'faceeyeleft', 'eyeballleft', 'eyesleft', 'leye', 'eyel', 'meyeleft',
                '左目', '目left'),
    'eyeRight': ('eyeright', 'faceeyeright', 'eyeballright', 'eyesright', 'reye', 'eyer',
                 'meyeright', '右目', '目right'),
    'eyes': ('両目', 'eyes', 'eyesmaster', 'mastereyes'),
}
# Bones of a generated rig that its own controls move.
_INNER = re.compile(r'^(ORG|MCH|DEF|VIS|WGT)-')
# Words of a bone's name that tell nothing: 'LeftEye_07', 'eye_L_jnt'.
_FILLER = re.compile(r'\d+|b|bind|bone|jnt|joint|ctrl|control')


def _bare(name):
    """The name without the words that tell nothing, for `plain` and `tails`."""
    words = re.split(r'[\W_]+', unicodedata.normalize('NFKC', name))
    return '_'.join(w for w in words if w and not _FILLER.fullmatch(w.lower()))


def find_bone(role, bones):
    """The name among `bones` of a role ('head', 'neck', 'jaw', 'eyeLeft',
    'eyeRight', 'eyes'), or None."""
    bones = sorted(bones, key=lambda b: bool(_INNER.match(b)))
    for wanted in _BONES[role]:
        whole = next((b for b in bones if plain(b) == wanted), None)
        if whole:
            return whole
    outer = [b for b in bones if not _INNER.match(b)] or bones
    for wanted in _BONES[role]:
        behind = next((b for b in outer if wanted in tails(b)), None)
        if behind:
            return behind
    for wanted in _BONES[role]:
        bare = next((b for b in outer if wanted in (plain(_bare(b)), *tails(_bare(b)))), None)
        if bare:
            return bare
    return None
