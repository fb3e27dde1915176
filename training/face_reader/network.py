"""The readers' network (tracker/read/patch_reader.c) and how its patches are varied, for PyTorch."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

CHANNELS, HIDDEN = (16, 24, 48), 64
CONTRAST_MIN = 4.0


def normalise(patches):
    """Patches (n, 1, side, side) of 0..255 with mean 0 and deviation 1."""
    mean = patches.mean((2, 3), keepdim=True)
    deviation = patches.std((2, 3), unbiased=False, keepdim=True).clamp(min=CONTRAST_MIN)
    return (patches - mean) / deviation


class Network(nn.Module):
    """Patch and points in, outputs and the logarithms of their deviations out, all normalised.
    dropout: share of the features that are left out by chance in training."""

    def __init__(self, side, points, outputs, dropout=0.0):
        super().__init__()
        self.outputs, self.dropout = outputs, dropout
        counts = (1,) + CHANNELS
        self.convolutions = nn.ModuleList(
            nn.Conv2d(a, b, 3, 2, 1) for a, b in zip(counts, counts[1:]))
        self.hidden = nn.Linear(CHANNELS[-1] * (side // 8) ** 2 + 2 * points, HIDDEN)
        # Learning is several times faster with these; tensors() takes them into the layers.
        self.norms = nn.ModuleList([*(nn.BatchNorm2d(c) for c in CHANNELS), nn.BatchNorm1d(HIDDEN)])
        self.last = nn.Linear(HIDDEN, 2 * outputs)

    def forward(self, patches, points):
        x = patches
        for layer, norm in zip(self.convolutions, self.norms):
            x = F.relu(norm(layer(x)))
        x = F.dropout(x.permute(0, 2, 3, 1).flatten(1), self.dropout, self.training)
        x = F.relu(self.norms[-1](self.hidden(torch.cat((x, points), 1))))
        x = self.last(F.dropout(x, self.dropout / 2, self.training))
        return x[:, :self.outputs], x[:, self.outputs:].clamp(-5.0, 2.0)


def vary(patches, *points):
    """Another cut, light, lens and noise, and now and then something before the face: patches
    (n, 1, side, side), each of points (n, k, 2). Returns both as they then are, and (n, side, side):
    what is covered."""
    n, side = len(patches), patches.shape[-1]
    angle, scale = torch.randn(n) * 0.07, torch.exp(torch.randn(n) * 0.08)
    shift = torch.randn(n, 2) * 0.06
    c, s = torch.cos(angle), torch.sin(angle)
    back = torch.stack((torch.stack((scale * c, -scale * s, shift[:, 0]), 1),
                        torch.stack((scale * s, scale * c, shift[:, 1]), 1)), 1)
    grid = F.affine_grid(back, patches.shape, align_corners=False)
    patches = F.grid_sample(patches, grid, padding_mode='border', align_corners=False)
    turned = []
    for p in points:
        off = (p - shift[:, None]) / scale[:, None, None]
        turned.append(torch.stack((c[:, None] * off[..., 0] + s[:, None] * off[..., 1],
                                   c[:, None] * off[..., 1] - s[:, None] * off[..., 0]), -1))
    patches, covered = _cover(_light(patches, side), side)
    return _film(patches), turned, covered


def at(mask, points):
    """(n, k): the values of a mask (n, side, side) at points (n, k, 2)."""
    side = mask.shape[-1]
    x, y = ((points + 1) / 2 * side).long().clamp(0, side - 1).unbind(-1)
    return mask[torch.arange(len(mask))[:, None], y, x]


def _light(patches, side):
    n = len(patches)
    ramp = torch.linspace(-1.0, 1.0, side)
    light = 1.0 + torch.randn(n, 1, 1, 1) * 0.3 * ramp + torch.randn(n, 1, 1, 1) * 0.3 * ramp[:, None]
    patches = patches * light.clamp(min=0.2)
    return (patches.clamp(min=1.0) / 255) ** torch.exp(torch.randn(n, 1, 1, 1) * 0.35) * 255


def _film(patches):
    n = len(patches)
    kernel = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]).view(1, 1, 3, 3) / 16
    blurred = F.conv2d(F.pad(patches, (1, 1, 1, 1), mode='replicate'), kernel)
    patches = torch.where(torch.rand(n, 1, 1, 1) < 0.4, blurred, patches)
    return patches + torch.randn_like(patches) * torch.rand(n, 1, 1, 1) * 10


def _cover(patches, side):
    """A hair, a rim, a cloth before one patch of ten, a hand before three of twenty. Returns what is
    covered, too."""
    n = len(patches)
    at = torch.arange(side)
    first, size = torch.randint(0, side, (2, n, 1)), torch.randint(2, 24, (2, n, 1))
    rows, columns = ((at >= first[k]) & (at < first[k] + size[k]) for k in (0, 1))
    strip = (torch.rand(n, 1, 1) < 0.1) & rows[:, :, None] & columns[:, None, :]
    patches = torch.where(strip[:, None], torch.rand(n, 1, 1, 1) * 255, patches)
    before = torch.rand(n) < 0.15
    covered = strip.clone()
    patches[before], hand = _hand(patches[before], side)
    covered[before] |= hand
    return patches, covered


def _hand(patches, side):
    """Up to four fingers beside each other, or a fist, about as bright as the skin. Returns the patches
    with them, and where they are (n, side, side)."""
    n = len(patches)
    line = torch.linspace(-1.0, 1.0, side)
    grid = torch.stack(torch.meshgrid(line, line, indexing='xy'), -1)
    angle = torch.rand(n, 1) * 2 * torch.pi + torch.randn(n, 4) * 0.12
    along = torch.stack((torch.cos(angle), torch.sin(angle)), -1)
    across = torch.stack((-along[..., 1], along[..., 0]), -1)
    radius = torch.where(torch.rand(n, 1) < 0.2, 0.5, 0.1) + torch.rand(n, 1) * 0.15
    beside = radius * (torch.arange(4) - 1.5) * (1.9 + 0.4 * torch.rand(n, 1))
    tip = (torch.randn(n, 1, 2) * 0.4 + across * beside[..., None]
           + along * torch.randn(n, 4, 1) * 0.15)
    off = grid[None, None] - tip[:, :, None, None]
    t = (off * along[:, :, None, None]).sum(-1).clamp(min=0.0, max=4.0)
    far = (off - t[..., None] * along[:, :, None, None]).norm(dim=-1)
    far = far + 9.0 * (torch.rand(n, 4) < 0.25)[:, :, None, None]
    inner = (far / radius[:, :, None, None]).amin(1)
    skin = patches.flatten(1).quantile(0.7, dim=1)[:, None, None]
    bright = skin * (0.7 + 0.6 * torch.rand(n, 1, 1))
    shade = 1.0 - (0.2 + 0.3 * torch.rand(n, 1, 1)) * inner.clamp(max=1.0) ** 2
    shadow = (1.25 - inner).clamp(0.0, 0.25) * 4 * 0.25
    inside = inner < 1.0
    picture = torch.where(inside, bright * shade, patches[:, 0] * (1.0 - shadow))
    return picture.clamp(0.0, 255.0)[:, None], inside


def _without_norm(layer, norm):
    """Weights and bias of a layer that does alone what both do, as float arrays."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weight = layer.weight * scale.view(-1, *[1] * (layer.weight.dim() - 1))
    bias = (layer.bias - norm.running_mean) * scale + norm.bias
    return weight.detach().numpy().astype(float), bias.detach().numpy().astype(float)


def tensors(name, network, inputs, outputs, kept, doubts):
    """The network's numbers by name in the order of tracker/read/patch_reader.c, for real points in and
    real outputs out. inputs, outputs: (mean, deviation) that were removed; kept: indices of the
    outputs that are wanted; doubts: lists of outputs whose mean logarithm of deviation is wanted."""
    made = {}
    for k, pair in enumerate(zip(network.convolutions, network.norms), 1):
        w, made[f'{name}.conv{k}.bias'] = _without_norm(*pair)
        made[f'{name}.conv{k}.weights'] = w.transpose(2, 3, 1, 0)
    w, b = _without_norm(network.hidden, network.norms[-1])
    points = inputs[0].size
    part = w[:, -points:] / inputs[1]
    made[f'{name}.dense1.weights'] = np.concatenate((w[:, :-points], part), axis=1).T
    made[f'{name}.dense1.bias'] = b - part @ inputs[0].ravel()
    w, b = network.last.weight.detach().numpy().astype(float), network.last.bias.detach().numpy()
    n = network.outputs
    rows = [w[:n][kept] * outputs[1][kept][:, None]]
    bias = [b[:n][kept] * outputs[1][kept] + outputs[0][kept]]
    for group in doubts:
        rows.append(w[n:][group].mean(axis=0, keepdims=True))
        bias.append([(b[n:][group] + np.log(outputs[1][group])).mean()])
    made[f'{name}.dense2.weights'] = np.concatenate(rows).T
    made[f'{name}.dense2.bias'] = np.concatenate(bias)
    return made
