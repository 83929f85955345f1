"""A training that is watched: of a residual network whose learning rate jumps at step 400, so that ReLUs die."""

import torch
from torch import Tensor, nn

from cutaway import SummaryWriter

STEPS, JUMP = 600, 400


class Block(nn.Module):
    """Adds what two layers make."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.ln, self.fc, self.act = nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.ReLU()
        self.out = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = x + self.out(self.act(self.fc(self.ln(x))))
        return made


class Net(nn.Module):
    """Some blocks, one behind the other."""

    def __init__(self, blocks: int = 8, width: int = 32) -> None:
        super().__init__()
        self.embed, self.head = nn.Linear(8, width), nn.Linear(width, 1)
        self.blocks = nn.ModuleList(Block(width) for _ in range(blocks))

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        for block in self.blocks:
            x = block(x)
        y: Tensor = self.head(x)
        return y


def train(folder: str) -> None:
    """Train, and log into a folder."""
    torch.manual_seed(0)
    net = Net()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3)
    with SummaryWriter(folder) as writer, writer.watch(net, optimizer, every=2):
        for step in range(STEPS):
            if step == JUMP:
                optimizer.param_groups[0]["lr"] = 0.05
            x = torch.randn(64, 8)
            loss = (net(x) - (x[:, :1] * x[:, 1:2]).tanh()).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            writer.add_scalar("train/loss", loss.item(), step)


if __name__ == "__main__":
    train("./log/jump")
