"""Trains the normaliser's solver on landmarks of modelled faces, and writes its weights.

    train_solver.py OUTPUT.weights FACEKIT.npz TOOL FILMS.npz [--people N] [--epochs N]

TOOL: build/training-sight. FILMS.npz: what the face reader made of films (check_reader.py): the errors
of the landmarks are drawn as they are there.
"""

import argparse
import datetime
import os
import sys

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, '../face_reader'),
                os.path.join(HERE, '../faces')]

import certainty  # noqa: E402
import expressions  # noqa: E402
import facekit  # noqa: E402
import figure  # noqa: E402
import sample  # noqa: E402
import weights  # noqa: E402
from films import MIRROR  # noqa: E402

# As normaliser/solver/solver.c has them.
EYE = np.array([42, 43, 44, 45, 46, 47])
BROW = np.array([22, 23, 24, 25, 26, 42, 45, 27, 28])
MOUTH = np.array([*range(48, 68), 7, 8, 9, 31, 32, 33, 34, 35])
MOVED_UNIT, SHAPE_UNIT, ANGLE_UNIT, GAZE_UNIT, LID_OPEN = 20.0, 10.0, 2.0, 2.0, 0.25
MOUTH_NAMES = ('cheekPuff cheekSquint_L cheekSquint_R jawForward jawLeft jawOpen jawRight mouthClose '
               'mouthDimple_L mouthDimple_R mouthFrown_L mouthFrown_R mouthFunnel mouthLeft '
               'mouthLowerDown_L mouthLowerDown_R mouthPress_L mouthPress_R mouthPucker mouthRight '
               'mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmile_L '
               'mouthSmile_R mouthStretch_L mouthStretch_R mouthUpperUp_L mouthUpperUp_R '
               'noseSneer_L noseSneer_R').split()
BATCH, RATE = 512, 4e-3
# How well the readers know the gaze, radians, and the lids; how often there is no reading.
GAZE_ERROR, LID_ERROR, UNREAD = 0.06, 0.08, 0.05


def mean_face():
    """(68, 2): of normaliser/geometry/face_model.c, which is the one place that has it."""
    path = os.path.join(HERE, '../../normaliser/geometry/face_model.c')
    with open(path) as file:
        rows = [line.strip() for line in file if line.lstrip().startswith('{')]
    return np.array([[float(x) for x in row[1:row.index('}')].split(',')][:2] for row in rows])


class View:
    """Sights as the solver's inputs, as seen or as in a mirror."""

    def __init__(self, sights, mirrored):
        moved = sights['straight'] - sights['neutral']
        shape = sights['neutral'] - mean_face()
        angles = np.concatenate((sights['angles'][:, :2], sights['rest'][:, :2]), axis=1)
        if mirrored:
            moved, shape = (part[:, MIRROR] * [-1.0, 1.0] for part in (moved, shape))
            angles = angles * [-1.0, 1.0, -1.0, 1.0]
        self.moved, self.shape, self.angles = moved, shape, angles

    def moved_inputs(self, points, *more):
        """(n, inputs) of a linear map that sees these landmarks: 0 at rest."""
        turned = ANGLE_UNIT * (self.angles[:, :2] - self.angles[:, 2:])
        return np.concatenate((MOVED_UNIT * self.moved[:, points].reshape(len(turned), -1), turned,
                               *more), axis=1)

    def all_inputs(self, points):
        """(n, inputs) of a network that sees these landmarks."""
        n = len(self.moved)
        return np.concatenate((MOVED_UNIT * self.moved[:, points].reshape(n, -1),
                               SHAPE_UNIT * self.shape[:, points].reshape(n, -1),
                               ANGLE_UNIT * self.angles), axis=1).astype(np.float32)


def readings(rng, closed, first, reach, look):
    """What the face reader may say of an eye that is closed now and was in the first second, both
    (n,), of which it sees the share reach (n,), and looks (n, 2), outwards and up."""
    n = len(closed)

    def lid(closed):
        return np.clip(reach * closed + rng.normal(0.0, LID_ERROR, n), 0.0, 1.0)

    gaze = look + rng.normal(0.0, GAZE_ERROR, (n, 2)) * np.where(closed > 0.6, 3.0, 1.0)[:, None]
    now, rest = lid(closed), lid(first)
    made = np.c_[now - rest, np.maximum(rest - LID_OPEN, 0.0), GAZE_UNIT * gaze]
    return made * (rng.random((n, 1)) > UNREAD)


def sets(sights, truth, names):
    """name -> (inputs, truth) of each network; both sides of the face are one."""
    rng = np.random.default_rng(5)
    views = [View(sights, mirrored) for mirrored in (False, True)]
    w = truth['weights']

    def of(name, side=''):
        return w[:, names.index(name + side)]

    eye, brow, mouth = [], [], []
    for k, side in enumerate(('_L', '_R')):
        look = truth['look'][:, k] * [1.0 if k == 0 else -1.0, 1.0]
        read = readings(rng, truth['closed'][:, k], truth['closed_first'][:, k], truth['reach'],
                        look)
        eye.append((views[k].moved_inputs(EYE, read),
                    np.c_[truth['closed'][:, k], look / figure.LOOK]))
        brow.append((views[k].moved_inputs(BROW), np.stack((truth['brow_inner'][:, k],
                                                      truth['brow_outer'][:, k]), axis=1)))
    corners = [of('mouthSmile', side) - of('mouthFrown', side) for side in ('_L', '_R')]
    single = [(of('cheekPuff', '_L') + of('cheekPuff', '_R')) / 2 if name == 'cheekPuff'
              else of(name) for name in MOUTH_NAMES]
    shape = []
    for k in (0, 1):
        order = [MOUTH_NAMES.index(expressions.mirrored(name)) if k else i
                 for i, name in enumerate(MOUTH_NAMES)]
        shape.append((views[k].moved_inputs(MOUTH),
                      np.stack((truth['width'], corners[k], corners[1 - k]), axis=1)))
        mouth.append((views[k].all_inputs(MOUTH), np.stack([single[i] for i in order], axis=1)))
    return {name: [np.concatenate(part).astype(np.float32) for part in zip(*parts)]
            for name, parts in (('eye', eye), ('brow', brow), ('shape', shape), ('mouth', mouth))}


class Network(torch.nn.Module):
    """Three dense layers on inputs whose mean and deviation are removed."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.mean, self.deviation = inputs.mean(axis=0), inputs.std(axis=0) + 0.05
        sizes = (inputs.shape[1], *hidden, outputs)
        self.layers = torch.nn.ModuleList(
            torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)

    def scaled(self, inputs):
        return torch.as_tensor((inputs - self.mean) / self.deviation, dtype=torch.float32)

    def tell(self, inputs):
        with torch.no_grad():
            return self(self.scaled(inputs)).numpy()

    def tensors(self, name):
        made = {}
        for k, layer in enumerate(self.layers, 1):
            w, b = (part.detach().numpy().astype(float) for part in (layer.weight, layer.bias))
            if k == 1:
                w = w / self.deviation
                b = b - w @ self.mean
            made[f'{name}.dense{k}.weights'] = w.T
            made[f'{name}.dense{k}.bias'] = b
        return made


HIDDEN = 96, 64
# What is added to the variance of each input of a linear map: landmarks of real people are off in
# ways that no model has.
RIDGE = {'eye': 0.003, 'brow': 0.01, 'shape': 0.01}


STRONG = 0.5
# Share of a strong truth that is told, on the mean: more would show more of a turned head's errors.
GAIN = {'eye': 0.9, 'brow': 0.7, 'shape': 0.9}


def fit_linear(name, inputs, truth):
    """(tensors, function) of the best linear map with a ridge, 0 at rest, whose outputs reach GAIN
    of a STRONG truth."""
    x, y = inputs.astype(float), truth.astype(float)
    gram = x.T @ x / len(x) + RIDGE[name] * np.eye(x.shape[1])
    w = np.linalg.solve(gram, x.T @ y / len(x))
    for k in range(y.shape[1]):
        strong = np.abs(y[:, k]) > STRONG
        reached = (x[strong] @ w[:, k] * np.sign(y[strong, k])).mean() / np.abs(y[strong, k]).mean()
        w[:, k] *= np.clip(GAIN[name] / reached, 1.0, 2.0)
    return ({f'{name}.dense1.weights': w, f'{name}.dense1.bias': np.zeros(y.shape[1])},
            lambda inputs: inputs @ w)


def fit_network(name, inputs, truth, epochs):
    """(tensors, function) of a Network by least squares."""
    torch.manual_seed(2)
    network = Network(inputs, HIDDEN, truth.shape[1])
    x, y = network.scaled(inputs), torch.as_tensor(truth)
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, epochs * (len(x) // BATCH), pct_start=0.1)
    scale = 1.0 / (y.std(0) + 0.05)
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for first in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[first:first + BATCH]
            told = network(x[rows] + 0.05 * torch.randn_like(x[rows]))
            loss = (((told - y[rows]) * scale) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return network.tensors(name), network.tell


LABELS = {'eye': ('closed', 'gazeOut', 'gazeUp'), 'brow': ('inner', 'outer'),
          'shape': ('width', 'cornerLeft', 'cornerRight'), 'mouth': MOUTH_NAMES}


def turned(sights):
    """(2 n, 2) yaw and pitch off rest, radians, of the faces of sets () as seen and in a mirror, whose
    yaw is only taken by its size."""
    return np.tile(sights['angles'][:, :2] - sights['rest'][:, :2], (2, 1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('output')
    parser.add_argument('facekit')
    parser.add_argument('tool')
    parser.add_argument('films')
    parser.add_argument('--people', type=int, default=4000)
    parser.add_argument('--epochs', type=int, default=10)
    args = parser.parse_args()
    kit = facekit.FaceKit(args.facekit)
    films = np.load(args.films)
    noise = sample.Noise(films['pts'], films['marks'], films['film'])
    sights, truth = sample.draw(kit, args.tool, range(50000, 50000 + args.people), 25, noise)
    print(f'{len(sights)} faces of {args.people} people', flush=True)
    made, errors = {}, {}
    for name, (inputs, wanted) in sets(sights, truth, kit.names).items():
        held = np.tile(truth['person'], 2) % 10 == 3
        train = inputs[~held], wanted[~held]
        tensors, tell = fit_network(name, *train, args.epochs) if name == 'mouth' \
            else fit_linear(name, *train)
        told = tell(inputs[held])
        print(name, ' '.join('%s %.2f' % (label, np.corrcoef(told[:, k], wanted[held][:, k])[0, 1])
                             for k, label in enumerate(LABELS[name])), flush=True)
        made.update(tensors)
        errors.update(certainty.fit(told, wanted[held], turned(sights)[held], LABELS[name]))
    made.update(certainty.tensors(errors))
    weights.write(args.output, 'solver', f'trained on {len(sights)} faces of {args.people} modelled '
                  f'people (ICT-FaceKit, MIT licence), {datetime.date.today()}', made)


if __name__ == '__main__':
    main()
