"""Trains the tracker's readers on films of modelled faces, and writes their weights.

    train_reader.py OUTPUT.weights TOOL FOLDER... [--epochs N] [--holdout K] [--state FILE.pt]

TOOL: build/training-cut. FOLDER: films (training/faces/film.py). A reader is given a patch and
the landmarks in it, and learns by how much they are off. The tracker's landmarks are worse on
modelled faces than on real ones, for which they were made: in training they are therefore moved
towards the truth by a share by chance, so that a reader trusts them as far as they deserve.
--holdout K leaves out every Kth film, and reports the error there. --state keeps what check_reader.py
needs.
"""

import argparse
import datetime
import multiprocessing
import os
import sys

import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE), os.path.join(HERE, '../faces')]

import expressions  # noqa: E402
import films  # noqa: E402
import network  # noqa: E402
import weights  # noqa: E402

EYE_NAMES = ('eyeWide', 'eyeSquint', 'browDown', 'browInnerUp', 'browOuterUp', 'cheekSquint')
MOUTH_NAMES = [name for name in expressions.NAMES
               if name.startswith(('jaw', 'mouth', 'cheekPuff', 'noseSneer'))]
# How much each output counts in learning, for its squared error in deviations: a point of an eye or
# the mouth as 1, what is learned only because it helps the others as BESIDE.
GAZE, LID, TEETH, COVERED, TURN, BESIDE = 1.0, 2.0, 3.0, 3.0, 30.0, 0.3
COVERED_DEVIATION = 0.2  # of the share that network.vary covers
# Modelled irises and sclerae are less various than real ones: an eye that is learned by heart there
# tells the gaze of real ones worse.
EYE_DROPOUT, DROPOUT = 0.3, 0.1
DOUBT = 0.1  # how much a doubt counts beside its output
BATCH, RATE = 256, 3e-3


def eyes(data):
    """(patches, landmarks, truth) of all left eyes, then of all right ones as in a mirror. truth: 11
    points and the iris, gaze outwards and up, lid, then what is learned only beside these."""
    parts = []
    for eye, side in ((films.LEFT_EYE, 'L'), (films.RIGHT_EYE, 'R')):
        place, mirrored = data['places'][:, eye], eye == films.RIGHT_EYE
        found = films.to_patch(data['pts'][:, films.POINTS[eye]], place, mirrored)
        true = films.to_patch(np.concatenate((data['marks'][:, films.POINTS[eye]],
                                              data['irises'][:, eye:eye + 1]), axis=1),
                              place, mirrored)
        look = data['look'][:, eye] * [-1.0 if mirrored else 1.0, 1.0]
        names = [expressions.NAMES.index(f'{name}_{side}') for name in ('eyeBlink',) + EYE_NAMES]
        patches = data['patches'][:, eye]
        parts.append((patches[:, :, ::-1] if mirrored else patches, found,
                      np.concatenate((true.reshape(len(true), -1), look,
                                      data['weights'][:, names]), axis=1)))
    return [np.concatenate(part) for part in zip(*parts)]


def mouths(data):
    """The same of all mouths. truth: 20 points, teeth, the share that is covered (none, until network.vary
    covers some), then what is learned only beside these."""
    place = data['places'][:, films.MOUTH]
    names = [expressions.NAMES.index(name) for name in MOUTH_NAMES]
    true = films.to_patch(data['marks'][:, films.POINTS[films.MOUTH]], place, False)
    return [data['patches'][:, films.MOUTH],
            films.to_patch(data['pts'][:, films.POINTS[films.MOUTH]], place, False),
            np.concatenate((true.reshape(len(true), -1), data['teeth'][:, None],
                            np.zeros((len(true), 1)), data['weights'][:, names]), axis=1)]


def faces(data):
    """The same of all faces. truth: 68 points and yaw, learned only beside it, and the pitch."""
    place = data['places'][:, films.FACE]
    true = films.to_patch(data['marks'], place, False)
    return [data['patches'][:, films.FACE], films.to_patch(data['pts'], place, False),
            np.concatenate((true.reshape(len(true), -1), data['turn']), axis=1)]


class Mirror:
    """Mouths and faces are mirrored by chance; eyes are already. points: each point's index in a
    mirror; rest: likewise of what is no point; signs: its factors."""

    def __init__(self, points, rest, signs):
        self.points, self.rest = torch.as_tensor(points), torch.as_tensor(rest)
        self.signs = torch.as_tensor(signs)

    def __call__(self, patches, found, true, rest, known):
        turn = torch.tensor([-1.0, 1.0])
        hit = torch.rand(len(patches)) < 0.5

        def pick(changed, as_it_was):
            return torch.where(hit.view(-1, *[1] * (as_it_was.dim() - 1)), changed, as_it_was)

        return (pick(patches.flip(3), patches), pick(found[:, self.points] * turn, found),
                pick(true[:, self.points] * turn, true),
                pick(rest[:, self.rest] * self.signs, rest), pick(known[:, self.rest], known))


def mouth_mirror():
    """The Mirror of mouths."""
    named = [MOUTH_NAMES.index(expressions.mirrored(name)) for name in MOUTH_NAMES]
    return Mirror(films.MIRROR[48:] - 48, [0, 1] + [2 + k for k in named],
                  np.ones(2 + len(named), np.float32))


def disturb(found, groups):
    """Landmarks (n, k, 2) with noise, and now and then a whole brow, eye or mouth elsewhere."""
    n, k = found.shape[:2]
    found = found + torch.randn(n, k, 2) * 0.01
    for group in groups:
        part = found[:, group]
        middle = part.mean(1, keepdim=True)
        moved = (part + torch.randn(n, 1, 2) * torch.tensor([0.03, 0.06])
                 + (part - middle) * torch.randn(n, 1, 2) * 0.12)
        found[:, group] = torch.where(torch.rand(n, 1, 1) < 0.3, moved, part)
    return found


class Reader:
    """A trained network, from Training.state()."""

    def __init__(self, state):
        self.scale, self.inputs = state['scale'], state['inputs']
        self.network = network.Network(films.SIDE, len(self.inputs[0]), len(self.scale[0]))
        self.network.load_state_dict(state['network'])
        self.network.eval()

    def read(self, patches, found):
        """(outputs, deviations) of patches (n, side, side) with landmarks (n, k, 2)."""
        made = []
        with torch.no_grad():
            for k in range(0, len(patches), 2048):
                part = torch.tensor(np.ascontiguousarray(patches[k:k + 2048]), dtype=torch.float32)
                points = torch.as_tensor(found[k:k + 2048], dtype=torch.float32)
                mean, logarithm = self.network(
                    network.normalise(part[:, None]),
                    ((points - self.inputs[0]) / self.inputs[1]).flatten(1))
                made.append((mean * self.scale[1] + self.scale[0],
                             torch.exp(logarithm) * self.scale[1]))
        return [torch.cat(part).numpy() for part in zip(*made)]


class Training:
    """One reader's data and its network."""

    def __init__(self, patches, found, truth, held, groups, points, worth, dropout,
                 mirror=None, covered=None):
        """patches, found and truth as eyes() gives them, of which points are points; held: (n,) left
        out; groups: of landmarks that may be off together; worth: how much each output counts;
        dropout: as Network has it; covered: which output that is no point tells the share of the
        points that is covered, or None."""
        self.patches, self.held, self.groups, self.mirror = patches, held, groups, mirror
        self.covered = covered
        self.found = torch.tensor(found, dtype=torch.float32)
        count = self.found.shape[1]
        self.points, self.worth = points, torch.tensor(worth, dtype=torch.float32)
        truth = torch.tensor(truth, dtype=torch.float32)
        self.known = torch.isfinite(truth)
        truth = torch.nan_to_num(truth)
        self.true = truth[:, :2 * self.points].reshape(len(truth), self.points, 2)
        self.rest = truth[:, 2 * self.points:]
        self.offset = (self.found - self.true[:, :count]).mean(0)
        self.error = self.found - self.true[:, :count] - self.offset
        shifts = self.outputs(self.found, self.true, self.rest)[~held]
        seen = self.known[~held].float()
        mean = (shifts * seen).sum(0) / seen.sum(0)
        deviation = torch.sqrt(((shifts - mean) ** 2 * seen).sum(0) / seen.sum(0)).clamp(min=0.02)
        deviation[:2 * self.points] = deviation[:2 * self.points].mean()
        if covered is not None:
            deviation[2 * self.points + covered] = COVERED_DEVIATION
        self.scale = mean, deviation
        self.inputs = self.found.mean(0), float(self.found.std(0).mean())
        self.network = network.Network(films.SIDE, count, len(mean), dropout)

    def outputs(self, found, true, rest):
        """What the network has to tell: the points less those it was given, and the rest."""
        less = torch.zeros_like(true)
        less[:, :found.shape[1]] = found
        return torch.cat(((true - less).flatten(1), rest), 1)

    def _loss(self, rows):
        patches = torch.tensor(self.patches[rows.numpy()], dtype=torch.float32)[:, None]
        true, rest, known = self.true[rows], self.rest[rows], self.known[rows]
        count = self.found.shape[1]
        share = (torch.rand(len(rows), 1, 1) * 1.1).clamp(max=1.0)
        found = true[:, :count] + self.offset + share * self.error[rows]
        if self.mirror:
            points = known[:, :2 * self.points]
            patches, found, true, rest, known = self.mirror(
                patches, found, true, rest, known[:, 2 * self.points:])
            known = torch.cat((points, known), 1)
        patches, (found, true), covered = network.vary(patches, found, true)
        if self.covered is not None:
            rest = rest.clone()
            rest[:, self.covered] = network.at(covered, true[:, :count]).float().mean(1)
        found = disturb(found, self.groups)
        wanted = (self.outputs(found, true, rest) - self.scale[0]) / self.scale[1]
        mean, logarithm = self.network(network.normalise(patches),
                                       ((found - self.inputs[0]) / self.inputs[1]).flatten(1))
        # The outputs by their squared errors alone: a likelihood lets what is rare, such as a shut
        # eye, pass as doubt. The doubts then by the likelihood of those errors.
        error = (wanted - mean) ** 2
        doubt = error.detach() / (2 * torch.exp(2 * logarithm)) + logarithm
        return ((error + DOUBT * doubt) * self.worth * known).sum() / known.sum()

    def run(self, epochs, name):
        train = torch.as_tensor(np.flatnonzero(~self.held))
        batch = min(BATCH, len(train))
        steps = epochs * (len(train) // batch)
        optimiser = torch.optim.AdamW(self.network.parameters(), RATE, weight_decay=1e-2)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, steps, pct_start=0.15)
        for epoch in range(epochs):
            self.network.train()
            order = train[torch.randperm(len(train))]
            for first in range(0, len(order) - batch + 1, batch):
                loss = self._loss(order[first:first + batch])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
            if epoch % 4 == 3 or epoch == epochs - 1:
                print(f'{name}: epoch {epoch + 1} of {epochs}, {self.report()}', flush=True)

    def read(self, patches, found):
        """As Reader.read, with this network."""
        return Reader(self.state()).read(patches, found)

    def report(self):
        """Mean error of the points on the films left out, before and after, in halves of the
        patch."""
        rows = np.flatnonzero(self.held)
        if len(rows) == 0:
            return 'no film left out'
        count = self.found.shape[1]
        outputs, _ = self.read(self.patches[rows], self.found[rows])
        moved = self.found[rows].numpy() + outputs[:, :2 * count].reshape(len(rows), count, 2)
        true = self.true[rows, :count].numpy()
        before = np.linalg.norm(self.found[rows].numpy() - self.offset.numpy() - true, axis=2).mean()
        return 'error of points %.4f, now %.4f' % (
            before, np.linalg.norm(moved - true, axis=2).mean())

    def state(self):
        """All that reading needs, for restore."""
        return {'network': self.network.state_dict(), 'scale': self.scale, 'inputs': self.inputs}

    def tensors(self, name, kept, doubts):
        """As network.tensors."""
        return network.tensors(name, self.network, (self.inputs[0].numpy(), self.inputs[1]),
                               [part.numpy() for part in self.scale], kept, doubts)


def restore(path):
    """Each Reader by name, as main saved them."""
    return {name: Reader(state) for name, state in torch.load(path).items()}


def prepare(data, held):
    """The Training of each reader by name. held: (n,) films left out."""
    torch.manual_seed(1)
    return {
        'eye': Training(*eyes(data), np.concatenate((held, held)), [range(5), range(5, 11)], 12,
                        [1.0] * 24 + [GAZE] * 2 + [LID] + [BESIDE] * len(EYE_NAMES), EYE_DROPOUT),
        'mouth': Training(*mouths(data), held, [range(20)], 20,
                          [1.0] * 40 + [TEETH, COVERED] + [BESIDE] * len(MOUTH_NAMES), DROPOUT,
                          mouth_mirror(), 1),
        'face': Training(*faces(data), held,
                         [range(17), range(17, 22), range(22, 27), range(27, 36), range(36, 48),
                          range(48, 68)], 68, [BESIDE] * 136 + [TURN] * 2, DROPOUT,
                         Mirror(films.MIRROR, [0, 1], np.array([-1.0, 1.0], np.float32)))}


def save(path, readers, made):
    """Writes the weights of all."""
    def pairs(count):
        return [[2 * k, 2 * k + 1] for k in range(count)]

    weights.write(path, 'face-reader', made, {
        **readers['eye'].tensors('eye', [*range(22), 24, 25, 26], pairs(11) + [[24, 25]]),
        **readers['mouth'].tensors('mouth', [*range(42)], pairs(20)),
        **readers['face'].tensors('face', [137], [])})


def trained(name, training, epochs):
    """The name and the Training, after its run."""
    training.run(epochs, name)
    return name, training


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('output')
    parser.add_argument('tool')
    parser.add_argument('folders', nargs='+')
    parser.add_argument('--epochs', type=int, default=20)
    parser.add_argument('--holdout', type=int, default=0)
    parser.add_argument('--state')
    args = parser.parse_args()
    data = films.load(args.folders, args.tool)
    held = data['film'] % args.holdout == args.holdout - 1 if args.holdout \
        else np.zeros(len(data['film']), bool)
    count = len(np.unique(data['film']))
    torch.set_num_threads(1)
    print(f'{count} films, {len(held)} frames', flush=True)
    # One thread each: more of them get into each other's way on a busy machine.
    with multiprocessing.get_context('fork').Pool(2) as pool:
        readers = dict(pool.starmap(trained, [(name, training, args.epochs) for name, training
                                              in prepare(data, held).items()], chunksize=1))
    made = (f'trained on {len(held)} frames of {count} films of modelled faces (ICT-FaceKit, MIT '
            f'licence), {args.epochs} epochs, {datetime.date.today()}')
    save(args.output, readers, made)
    if args.state:
        torch.save({name: training.state() for name, training in readers.items()}, args.state)


if __name__ == '__main__':
    main()
